package dev.infill.servers.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A POSIX signal, because Java itself can send only TERM and KILL. */
public enum Signal {
    HUP,
    INT,
    QUIT,
    TERM,
    KILL,
    STOP,
    CONT;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A process that is already gone is not an error: every caller wants it gone or can see that it is. */
    public void sendTo(long pid) {
        try {
            // The shell's own kill: a small container has a shell, but not always procps.
            var kill = new ProcessBuilder("/bin/sh", "-c", "kill -s %s %d".formatted(name(), pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!exits(kill, PATIENCE)) {
                kill.destroyForcibly();
            }
        } catch (IOException e) {
            throw new ServerException("cannot send %s to process %d: no /bin/sh".formatted(name(), pid), e);
        }
    }

    /** Waits without being interruptible, so that an interrupted thread still closes what it owns. */
    public static boolean exits(Process process, Duration patience) {
        // The process's own future: its exit code is known when it completes, which a handle does not promise.
        return exits(process.onExit(), patience);
    }

    public static boolean exits(ProcessHandle process, Duration patience) {
        return exits(process.onExit(), patience);
    }

    private static boolean exits(CompletableFuture<?> exit, Duration patience) {
        return exit.thenApply(gone -> true)
                .completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
