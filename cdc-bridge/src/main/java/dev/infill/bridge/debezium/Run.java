package dev.infill.bridge.debezium;

import dev.infill.bridge.change.ChangeSink;
import dev.infill.bridge.change.Supervision;
import dev.infill.bridge.follow.Referrers;
import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.ledger.CaptureRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;

/** An engine with everything that lives and dies with it: its way to Kafka and its notes in the ledger. */
final class Run implements AutoCloseable {
    private final Instant startedAt;
    private final ChangeSink sink;
    private final BeatKeeper beats;
    private final Referrers referrers;
    private final BatchHandler handler;
    private final Engine engine;

    /** From where to where. */
    record Way(Database database, Manners manners, ChangeSink sink) {}

    /** @param session only asked where the server is; not kept */
    Run(Way way, CaptureRow row, Connection session, CaptureMeters meters, InstantSource clock) throws SQLException {
        String application = way.manners().applicationName();
        startedAt = clock.instant();
        sink = way.sink();
        beats = new BeatKeeper(way.database(), way.manners(), row.slot());
        referrers = new Referrers(way.database(), way.manners());
        handler = new BatchHandler(sink, beats, referrers, meters, clock);
        engine = new Engine(
                "infill-engine-" + way.database().name(),
                EngineSettings.of(way.database(), application, row, session),
                handler);
        meters.started(startedAt);
    }

    boolean hasEnded() {
        return engine.hasEnded();
    }

    /** Why it ended. */
    String reason() {
        return engine.reason();
    }

    /** Whether anything came, be it the engine's own heartbeat. */
    boolean streams() {
        return handler.streaming() && !engine.hasEnded();
    }

    /** Whether anything came from the log. */
    boolean hasNews() {
        return handler.newsAt().isAfter(startedAt);
    }

    /** Whether a batch has been on its way since before this. */
    boolean hasDeliveredSinceBefore(Instant time) {
        Instant since = handler.deliveringSince();
        return since != null && since.isBefore(time);
    }

    Supervision.Sight sight(boolean readsSlot, boolean behind) {
        return new Supervision.Sight(startedAt, handler.newsAt(), handler.deliveringSince() != null, readsSlot, behind);
    }

    @Override
    public void close() {
        engine.close();
        sink.close();
        beats.close();
        referrers.close();
    }
}
