package dev.infill.coordinator.stream;

import dev.infill.protocol.Progress.Percentiles;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Histograms of microseconds as they travel: compressed, Base64. */
final class StalenessHistogram {
    static final String EMPTY = "";
    private static final int DIGITS = 3;

    private StalenessHistogram() {}

    /**
     * One histogram out of two.
     *
     * @throws IllegalArgumentException if one of them is none
     */
    static String merged(String left, String right) {
        if (left.isEmpty()) {
            return encoded(decoded(right));
        }
        Histogram sum = decoded(left);
        sum.setAutoResize(true);
        sum.add(decoded(right));
        return encoded(sum);
    }

    /** What the histogram says. */
    static Percentiles percentiles(String histogram) {
        Histogram known = decoded(histogram);
        return known.getTotalCount() == 0
                ? new Percentiles(0, 0, 0)
                : new Percentiles(known.getValueAtPercentile(50), known.getValueAtPercentile(99), known.getMaxValue());
    }

    private static Histogram decoded(String histogram) {
        if (histogram.isEmpty()) {
            return new Histogram(DIGITS);
        }
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(histogram)), 0);
        } catch (DataFormatException | RuntimeException e) {
            // The library answers bytes that are no histogram with whatever its reading of them runs into.
            throw new IllegalArgumentException("not a histogram", e);
        }
    }

    private static String encoded(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        byte[] bytes = new byte[length];
        buffer.flip();
        buffer.get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
