package dev.infill.cli.client;

import java.io.IOException;
import java.io.Serial;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;

/** Nobody answered. */
public final class Unreachable extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    Unreachable(URI coordinator, IOException cause) {
        super("no coordinator answers at " + coordinator + " (" + reason(cause) + ")", cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        if (cause instanceof ConnectException) {
            return "nobody listens there";
        }
        return String.valueOf(cause.getMessage());
    }
}
