package dev.infill.servers.process;

import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A server could not be started or reached; the message says what failed and what to do. */
public final class ServerException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private static final int LAST_LINES = 20;

    public ServerException(String message) {
        this(message, null);
    }

    public ServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Quotes the end of the server's log, where the reason usually stands. */
    public static ServerException quoting(Path log, String message) {
        return new ServerException("%s; the last lines of %s:%n%s".formatted(message, log, lastLines(log)));
    }

    private static String lastLines(Path log) {
        try {
            // Not Files.readAllLines: a log may hold bytes that are no UTF-8.
            var lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join(
                    System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return "(unreadable: " + e + ")";
        }
    }
}
