package dev.infill.worker.measure;

import dev.infill.protocol.Result.RepairsMeasured;
import dev.infill.worker.range.Observer.Repairs;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Sums up repairs until they are told; safe for several threads. */
public final class RepairMeasurements {
    /** An hour; what is staler counts as that. */
    private static final long HIGHEST_MICROS = 3_600_000_000L;

    private static final int DIGITS = 3;

    private final Map<String, Sum> sums = new HashMap<>();

    /** Adds a repair's transaction. */
    public synchronized void add(Repairs repairs) {
        Sum sum = sums.computeIfAbsent(repairs.migration(), name -> new Sum());
        sum.changes += repairs.changes();
        sum.repaired += repairs.repaired();
        repairs.stalenessMicros().forEach(micros -> sum.staleness.recordValue(Math.min(HIGHEST_MICROS, micros)));
    }

    /** What was added since this was asked last. */
    public synchronized List<RepairsMeasured> take(String worker, Instant now) {
        List<RepairsMeasured> told = new ArrayList<>();
        sums.forEach((migration, sum) -> told.add(
                new RepairsMeasured(migration, now, worker, sum.changes, sum.repaired, encoded(sum.staleness))));
        sums.clear();
        return told;
    }

    private static String encoded(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }

    private static final class Sum {
        private final Histogram staleness = new Histogram(HIGHEST_MICROS, DIGITS);
        private long changes;
        private long repaired;
    }
}
