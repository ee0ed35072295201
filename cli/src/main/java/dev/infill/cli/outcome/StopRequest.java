package dev.infill.cli.outcome;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A person's Ctrl-C or a service manager's stop. The first asks to drain; the second ends the process at once, and child
 * processes end with it.
 */
public final class StopRequest {
    private final CompletableFuture<ExitCode> requested = new CompletableFuture<>();

    /** One that only {@link #request} fulfils. */
    public StopRequest() {}

    /** One that INT (130), TERM and HUP (both 8 where work is left) fulfil. */
    public static StopRequest onSignals() {
        StopRequest stop = new StopRequest();
        Signals.on("INT", () -> stop.request(ExitCode.INTERRUPTED));
        Signals.on("TERM", () -> stop.request(ExitCode.STILL_RUNNING));
        Signals.on("HUP", () -> stop.request(ExitCode.STILL_RUNNING));
        return stop;
    }

    /** Asks to stop. */
    public void request(ExitCode exitCode) {
        if (!requested.complete(exitCode)) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
        }
    }

    /** Whether somebody asked. */
    public boolean isRequested() {
        return requested.isDone();
    }

    /** Ends the command here when somebody asked. */
    public void orGoOn() {
        if (isRequested()) {
            throw UserError.stopped(await());
        }
    }

    /** Waits for the request, at most so long; true when it came. */
    public boolean await(Duration patience) {
        return requested
                .thenApply(any -> true)
                .completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** Waits for the request and says how the process is to end. */
    public ExitCode await() {
        return requested.join();
    }
}
