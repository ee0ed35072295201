package dev.infill.bench;

import dev.infill.bench.application.Application;
import dev.infill.bench.application.StalenessWatch;
import dev.infill.bench.candidate.Candidate;
import dev.infill.bench.measure.Measurement;
import dev.infill.bench.measure.Measurement.Felt;
import dev.infill.bench.measure.Measurement.Spread;
import dev.infill.bench.measure.Measurement.Times;
import dev.infill.bench.measure.Meter;
import dev.infill.bench.measure.TableFacts;
import dev.infill.bench.server.BenchServer;
import dev.infill.bench.table.TableCopy;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One candidate, once, on a copy that nobody has touched. */
final class Trial implements AutoCloseable {
    private final BenchServer server;
    private final Candidate candidate;
    private final TableCopy copy;
    private final @Nullable Application application;
    private final @Nullable StalenessWatch staleness;

    private Trial(
            BenchServer server,
            Candidate candidate,
            TableCopy copy,
            @Nullable Application application,
            @Nullable StalenessWatch staleness) {
        this.server = server;
        this.candidate = candidate;
        this.copy = copy;
        this.application = application;
        this.staleness = staleness;
    }

    /** Makes the copy ready and lets the application in. */
    static Trial prepare(BenchServer server, Candidate candidate, TableCopy copy) throws SQLException {
        candidate.prepare(copy);
        copy.settle();
        server.administer("SELECT pg_stat_statements_reset()");
        boolean busy = copy.shape().changesPerSecond() > 0;
        return new Trial(
                server,
                candidate,
                copy,
                busy ? new Application(copy) : null,
                busy && candidate.repairs() ? new StalenessWatch(copy) : null);
    }

    /** Fills, and counts what that took. */
    Measurement run(int round) throws SQLException, IOException {
        try (Meter meter = new Meter(server, copy, this::beginToCount, this::stop)) {
            Times times = candidate.fill(copy, meter);
            closeApplication();
            return new Measurement(
                    candidate.name(),
                    round,
                    times,
                    meter.fill(),
                    meter.whole(),
                    meter.processor(),
                    meter.sizesBefore(),
                    TableFacts.sizes(copy),
                    meter.sinceBegin(TableFacts.rows(copy)),
                    felt(),
                    seen());
        }
    }

    private void beginToCount() {
        if (application != null) {
            application.beginToCount();
        }
        if (staleness != null) {
            staleness.beginToCount();
        }
    }

    private void stop() {
        if (application != null) {
            application.stop();
        }
        if (staleness != null) {
            staleness.stop();
        }
    }

    private @Nullable Felt felt() {
        return application == null ? null : application.felt();
    }

    private @Nullable Spread seen() {
        return staleness == null ? null : staleness.seen();
    }

    private void closeApplication() throws SQLException {
        if (application != null) {
            application.close();
        }
        if (staleness != null) {
            staleness.close();
        }
    }

    @Override
    public void close() throws SQLException {
        closeApplication();
    }
}
