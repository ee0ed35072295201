package dev.infill.bridge.debezium;

import dev.infill.bridge.change.Batch;
import dev.infill.bridge.change.ChangeReader;
import dev.infill.bridge.change.ChangeSink;
import dev.infill.bridge.change.LogEntry;
import dev.infill.bridge.change.LogEntry.ReferenceChanged;
import dev.infill.bridge.change.LogEntry.Truncated;
import dev.infill.bridge.follow.Follows;
import dev.infill.bridge.follow.Referrers;
import dev.infill.postgres.Failure;
import dev.infill.protocol.Change;
import dev.infill.protocol.TableName;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** What one engine does with what it reads: find who refers to it, deliver, note heartbeats, and only then confirm. */
final class BatchHandler implements DebeziumEngine.ChangeConsumer<RecordChangeEvent<SourceRecord>> {
    private static final Duration CONFIRM_EVERY = Duration.ofSeconds(1);
    /** From one delivery to the next, so that few changes share a request; who comes after a pause does not wait. */
    private static final Duration GATHERING = Duration.ofMillis(10);
    /** So many wait for no others. */
    private static final int MANY = 200;

    private final ChangeSink sink;
    private final BeatKeeper beats;
    private final Referrers referrers;
    private final CaptureMeters meters;
    private final InstantSource clock;
    private final ChangeReader reader = new ChangeReader();
    private Instant confirmedAt = Instant.MIN;

    private volatile Instant newsAt = Instant.MIN;
    private volatile boolean streaming;
    private volatile @Nullable Instant deliveringSince;

    BatchHandler(ChangeSink sink, BeatKeeper beats, Referrers referrers, CaptureMeters meters, InstantSource clock) {
        this.sink = sink;
        this.beats = beats;
        this.referrers = referrers;
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
        Instant begun = clock.instant();
        deliveringSince = begun;
        boolean hasNews;
        try {
            hasNews = deliver(records.stream().map(RecordChangeEvent::record).toList());
        } finally {
            deliveringSince = null;
        }
        confirm(records.get(records.size() - 1), committer);
        streaming = true;
        if (hasNews) {
            newsAt = clock.instant();
            gather(records.size(), begun.plus(GATHERING));
        }
    }

    private void gather(int delivered, Instant until) {
        long nanos = clock.instant().until(until, ChronoUnit.NANOS);
        if (delivered < MANY && nanos > 0) {
            LockSupport.parkNanos(Math.min(nanos, GATHERING.toNanos()));
        }
    }

    /** Once a second, because each time costs a note in the ledger; what is not confirmed may come again, and may do so. */
    private void confirm(
            RecordChangeEvent<SourceRecord> last,
            DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        Instant now = clock.instant();
        if (now.isBefore(confirmedAt.plus(CONFIRM_EVERY))) {
            return;
        }
        try {
            beats.willConfirm();
        } catch (SQLException e) {
            throw new IllegalStateException("the ledger could not note how far the slot is read", e);
        }
        confirmedAt = now;
        // Offsets are positions in one stream: the last one speaks for all before it.
        committer.markProcessed(last);
        committer.markBatchFinished();
    }

    /** Rows that refer to others' go first: a barrier of this batch must not overtake them. */
    private boolean deliver(List<SourceRecord> records) throws InterruptedException {
        List<LogEntry> entries;
        try {
            Set<TableName> tables = records.stream()
                    .map(LogRecords::table)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toSet());
            Follows follows = referrers.known(tables, records.stream().anyMatch(LogRecords::isMessage));
            entries = records.stream()
                    .flatMap(record -> LogRecords.entries(record, follows).stream())
                    .toList();
            referrers.deliver(ofKind(ReferenceChanged.class, entries), sink);
            beats.noteTruncated(ofKind(Truncated.class, entries).stream()
                    .map(Truncated::table)
                    .filter(table -> !follows.columns(table).isEmpty())
                    .collect(Collectors.toSet()));
        } catch (SQLException e) {
            referrers.close();
            throw new IllegalStateException(
                    "rows that refer to changed ones could not be found: "
                            + Failure.of(e).words(),
                    e);
        }
        deliver(reader.read(entries));
        return !entries.isEmpty();
    }

    private static <T> List<T> ofKind(Class<T> kind, List<LogEntry> entries) {
        return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
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
