package dev.infill.cli.follow;

import dev.infill.cli.client.CoordinatorClient;
import dev.infill.cli.client.Refused;
import dev.infill.cli.client.Unreachable;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.StopRequest;
import dev.infill.protocol.Stage;
import dev.infill.protocol.status.MigrationStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks a coordinator again and again how a migration stands. */
public final class Follower {
    private static final int SERVER_ERROR = 500;

    private final CoordinatorClient client;
    private final StopRequest stop;
    private final Duration pause;

    /** @param pause between two questions */
    public Follower(CoordinatorClient client, StopRequest stop, Duration pause) {
        this.client = client;
        this.stop = stop;
        this.pause = pause;
    }

    /** Who wants to see what comes back. */
    public interface Watcher {
        /** A fresh status. */
        void see(MigrationStatus status);

        /** No status now: the coordinator is away, or can't reach its database. It is asked again. */
        void miss(String why);
    }

    /**
     * Goes on until the stage is done, the migration is over, or somebody asks to stop.
     *
     * @return how the process ends
     */
    public ExitCode follow(String migration, Stage until, Watcher watcher) {
        while (true) {
            Optional<MigrationStatus> status = look(migration, watcher::miss);
            status.ifPresent(watcher::see);
            Optional<ExitCode> verdict = status.flatMap(seen -> Verdict.on(seen, until));
            if (verdict.isPresent()) {
                return verdict.get();
            }
            if (stop.await(pause)) {
                return stop.await();
            }
        }
    }

    /** An outage passes; only an answer that says no for good is thrown. */
    private Optional<MigrationStatus> look(String migration, Consumer<String> miss) {
        try {
            return Optional.of(client.status(migration).value());
        } catch (Unreachable e) {
            miss.accept(String.valueOf(e.getMessage()));
        } catch (Refused e) {
            if (e.problem().status() < SERVER_ERROR) {
                throw e;
            }
            miss.accept(e.problem().detail());
        }
        return Optional.empty();
    }
}
