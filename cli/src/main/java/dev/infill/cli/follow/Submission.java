package dev.infill.cli.follow;

import dev.infill.cli.client.Action;
import dev.infill.cli.client.CoordinatorClient;
import dev.infill.cli.client.Refused;
import dev.infill.cli.outcome.StopRequest;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.MigrationStatus;
import java.time.Duration;
import java.util.Optional;

/** Brings a migration on its way, whether it is new or was interrupted. */
public final class Submission {
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final CoordinatorClient client;
    private final StopRequest stop;

    /** @param stop ends the wait for a coordinator that has only just started */
    public Submission(CoordinatorClient client, StopRequest stop) {
        this.client = client;
        this.stop = stop;
    }

    /**
     * Hands it in, which changes nothing where the same text was handed in before, and asks one that was refused or failed to go
     * on. One that is complete stays so.
     */
    public void begin(String migration, String specification) {
        Optional<MigrationStatus> known = patiently(() -> find(migration));
        if (known.isPresent() && "complete".equals(known.get().outcome())) {
            return;
        }
        MigrationStatus status = patiently(() -> client.submit(specification)).value();
        if (status.standing() == Standing.FAILED || status.standing() == Standing.REFUSED) {
            client.act(migration, Action.RESUME);
        }
    }

    private Optional<MigrationStatus> find(String migration) {
        try {
            return Optional.of(client.status(migration).value());
        } catch (Refused e) {
            if (e.problem().status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A coordinator that has just started needs a moment until it leads. */
    private <T> T patiently(java.util.function.Supplier<T> question) {
        long attempts = PATIENCE.dividedBy(PAUSE);
        for (long attempt = 1; ; attempt++) {
            try {
                return question.get();
            } catch (Refused e) {
                if (e.problem().status() != UNAVAILABLE || attempt == attempts || stop.await(PAUSE)) {
                    throw e;
                }
            }
        }
    }
}
