package dev.infill.cli.command;

import dev.infill.cli.outcome.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sends the log to a file, for commands whose terminal shows something else. */
final class LogFile {
    private LogFile() {}

    /** Must come before anything logs: logback reads its configuration once. */
    static void into(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw UserError.failed("cannot write to " + file.getParent() + " (" + e.getMessage()
                    + "); choose another folder with --data");
        }
        System.setProperty("infill.log", file.toString());
        System.setProperty("logback.configurationFile", "logback-file.xml");
    }
}
