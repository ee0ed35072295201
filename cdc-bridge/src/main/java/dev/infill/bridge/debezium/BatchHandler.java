package dev.infill.bridge.debezium;

import dev.infill.bridge.change.Batch;
import dev.infill.bridge.change.ChangeReader;
import dev.infill.bridge.change.ChangeSink;
import dev.infill.bridge.change.LogEntry;
import dev.infill.protocol.Change;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** What one engine does with what it reads: deliver, note heartbeats, and only then confirm. */
final class BatchHandler implements DebeziumEngine.ChangeConsumer<RecordChangeEvent<SourceRecord>> {
    private final ChangeSink sink;
    private final BeatKeeper beats;
    private final CaptureMeters meters;
    private final InstantSource clock;
    private final ChangeReader reader = new ChangeReader();

    private volatile Instant newsAt = Instant.MIN;
    private volatile boolean streaming;
    private volatile @Nullable Instant deliveringSince;

    BatchHandler(ChangeSink sink, BeatKeeper beats, CaptureMeters meters, InstantSource clock) {
        this.sink = sink;
        this.beats = beats;
        this.meters = meters;
        this.clock = clock;
    }

    /** When something from the log last came through; far in the past before that. */
    Instant newsAt() {
        return newsAt;
    }

    /** Whether the engine has handed anything over, its own heartbeats included. */
    boolean streaming() {
        return streaming;
    }

    /** Since when a batch is on its way to Kafka and the ledger; null while none is. */
    @Nullable
    Instant deliveringSince() {
        return deliveringSince;
    }

    @Override
    public void handleBatch(
            List<RecordChangeEvent<SourceRecord>> records,
            DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        if (records.isEmpty()) {
            return;
        }
        List<LogEntry> entries = records.stream()
                .map(event -> LogRecords.entry(event.record()))
                .flatMap(Optional::stream)
                .toList();
        deliveringSince = clock.instant();
        try {
            deliver(reader.read(entries));
        } finally {
            deliveringSince = null;
        }
        // Offsets are positions in one stream: the last one speaks for the whole batch.
        committer.markProcessed(records.get(records.size() - 1));
        committer.markBatchFinished();
        streaming = true;
        if (!entries.isEmpty()) {
            newsAt = clock.instant();
        }
    }

    private void deliver(Batch batch) throws InterruptedException {
        sink.deliver(batch.changes());
        try {
            beats.keep(batch.beats());
        } catch (SQLException e) {
            throw new IllegalStateException("heartbeats could not be noted in the ledger", e);
        }
        meters.captured(batch.changes().stream()
                .filter(Change.KeyChanged.class::isInstance)
                .count());
        if (!batch.beats().isEmpty()) {
            meters.beat(clock.instant());
        }
    }
}
