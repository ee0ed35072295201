package dev.infill.servers.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The processes that a dead parent left behind in a folder. */
public final class Leftovers {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path folder;
    private final String program;

    private Leftovers(Path folder, String program) {
        this.folder = folder;
        this.program = program;
    }

    /**
     * Processes of this program that have the folder as their argument or work in it. A process id from a file would not do: the id may
     * have passed to a stranger since.
     */
    public static Leftovers in(Path folder, String program) {
        return new Leftovers(folder, program);
    }

    /** Asks them to stop with one signal after the other, and ends with KILL. */
    public void stop(Signal... politely) {
        for (Signal signal : politely) {
            if (gone(signal)) {
                return;
            }
        }
        if (!gone(Signal.KILL)) {
            throw new ServerException(
                    "%s processes in %s do not end, not even by kill -9: %s".formatted(program, folder, find()));
        }
    }

    private boolean gone(Signal signal) {
        var processes = find();
        processes.forEach(process -> {
            // A stopped process takes no other signal before it goes on.
            Signal.CONT.sendTo(process.pid());
            signal.sendTo(process.pid());
        });
        return processes.stream().allMatch(process -> Signal.exits(process, PATIENCE)) && find().isEmpty();
    }

    private List<ProcessHandle> find() {
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != self)
                .filter(process -> belongs(Path.of("/proc", Long.toString(process.pid()))))
                .toList();
    }

    private boolean belongs(Path process) {
        try {
            var command = Arrays.asList(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0", -1));
            return isProgram(command.get(0)) && (command.contains(folder.toString()) || worksInFolder(process));
        } catch (IOException endedMeanwhileOrNoProc) {
            return false;
        }
    }

    /** PostgreSQL's sessions call themselves {@code postgres: checkpointer} and the like. */
    private boolean isProgram(String name) {
        return name.endsWith("/" + program) || name.startsWith(program + ":");
    }

    private boolean worksInFolder(Path process) {
        try {
            return Files.isSameFile(process.resolve("cwd"), folder);
        } catch (IOException notOursToSee) {
            return false;
        }
    }
}
