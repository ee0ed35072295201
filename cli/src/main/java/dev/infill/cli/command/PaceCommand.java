package dev.infill.cli.command;

import dev.infill.cli.client.Answer;
import dev.infill.cli.client.CoordinatorClient;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.UserError;
import dev.infill.cli.screen.PaceView;
import dev.infill.protocol.status.PaceStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code infill pace}. */
@Command(
        name = "pace",
        description = "Show how hard a migration pushes and what holds it back, or change its budgets while it runs."
                + " Each budget takes 'off' too, and 'default'.")
final class PaceCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final Steering steering = new Steering();

    @Parameters(paramLabel = "MIGRATION", description = "Which one.")
    private String migration = "";

    @Option(names = "--batch", paramLabel = "TIME", description = "How long one transaction of a worker takes.")
    private @Nullable String batch;

    @Option(
            names = "--max-latency",
            paramLabel = "TIME",
            description = "The application's latency, p99; auto: the larger of 10 ms and 1.5 times what it was before.")
    private @Nullable String maxLatency;

    @Option(names = "--max-replica-lag", paramLabel = "TIME", description = "Replay lag of the slowest standby.")
    private @Nullable String maxReplicaLag;

    @Option(names = "--max-retained-wal", paramLabel = "SIZE", description = "WAL that a slot makes the server keep.")
    private @Nullable String maxRetainedWal;

    @Option(names = "--max-archive-backlog", paramLabel = "SIZE", description = "WAL that waits for the archive.")
    private @Nullable String maxArchiveBacklog;

    @Option(
            names = "--max-lock-waits",
            paramLabel = "N",
            description = "Sessions of others that wait for a lock of Infill's.")
    private @Nullable String maxLockWaits;

    @Option(names = "--max-snapshot-age", paramLabel = "TIME", description = "Age of the oldest snapshot of others.")
    private @Nullable String maxSnapshotAge;

    @Option(names = "--max-dead-rows", paramLabel = "N%%", description = "Dead rows of the table per live ones.")
    private @Nullable String maxDeadRows;

    @Option(names = "--max-connections", paramLabel = "N%%", description = "Share of the connections that is taken.")
    private @Nullable String maxConnections;

    @Option(
            names = "--window",
            paramLabel = "HOURS",
            description = "When to fill and verify, like '22:00-06:00 Europe/Berlin'.")
    private @Nullable String window;

    @Option(names = "--full", description = "As fast as it goes: guard nothing but the disk.")
    private boolean full;

    @Option(names = "--as-specified", description = "Forget every change.")
    private boolean asSpecified;

    PaceCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Map<String, @Nullable Object> changes = changes();
        int asked = (changes.isEmpty() ? 0 : 1) + (full ? 1 : 0) + (asSpecified ? 1 : 0);
        if (asked > 1) {
            throw UserError.usage("--full, --as-specified and single budgets exclude each other");
        }
        Answer<PaceStatus> answer = ask(steering.client(surroundings), changes);
        PaceView view = new PaceView(surroundings.console().outTerminal());
        output.print(surroundings, answer.json(), view.lines(answer.value()));
        return ExitCode.DONE.number();
    }

    private Answer<PaceStatus> ask(CoordinatorClient client, Map<String, @Nullable Object> changes) {
        if (full) {
            return client.changePace(migration, "full");
        }
        if (asSpecified) {
            return client.restorePace(migration);
        }
        return changes.isEmpty() ? client.pace(migration) : client.changePace(migration, changes);
    }

    private Map<String, @Nullable Object> changes() {
        Map<String, @Nullable Object> changes = new LinkedHashMap<>();
        put(changes, "batch", batch);
        put(changes, "maxLatency", maxLatency);
        put(changes, "maxReplicaLag", maxReplicaLag);
        put(changes, "maxRetainedWal", maxRetainedWal);
        put(changes, "maxArchiveBacklog", maxArchiveBacklog);
        put(changes, "maxLockWaits", maxLockWaits);
        put(changes, "maxSnapshotAge", maxSnapshotAge);
        put(changes, "maxDeadRows", maxDeadRows);
        put(changes, "maxConnections", maxConnections);
        put(changes, "window", window);
        return changes;
    }

    /** The coordinator judges what it means. */
    private static void put(Map<String, @Nullable Object> changes, String field, @Nullable String given) {
        if (given != null) {
            boolean isNumber = given.matches("[0-9]{1,9}");
            changes.put(field, given.equals("default") ? null : isNumber ? (Object) Integer.valueOf(given) : given);
        }
    }
}
