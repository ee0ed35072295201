package dev.infill.coordinator.pace;

import java.util.Locale;

/** What the governor looks at. */
public enum Signal {
    /** The 99th percentile of what the probe felt. */
    LATENCY("application latency", Unit.MILLIS, 20),
    /** The largest replay lag of a standby. */
    REPLICA_LAG("replica lag", Unit.SECONDS, 2),
    /** The most WAL that a slot makes the server keep. */
    RETAINED_WAL("WAL retained by slots", Unit.BYTES, 2),
    /** WAL that waits for the archive. */
    ARCHIVE_BACKLOG("WAL archive backlog", Unit.BYTES, 2),
    /** Sessions of others that wait for a lock of ours. */
    LOCK_WAITS("lock waits caused", Unit.COUNT, 4),
    /** The age of the oldest snapshot that is not ours: nothing that died since can be pruned. */
    OLDEST_SNAPSHOT("oldest snapshot", Unit.SECONDS, 6),
    /** The longest transaction of a worker that runs now. */
    BATCH("batch latency", Unit.MILLIS, 10),
    /** Dead rows of the table for a hundred live ones: autovacuum does not keep up. */
    DEAD_ROWS("dead rows", Unit.PERCENT, 4),
    /** The share of the server's connections that is taken. */
    CONNECTIONS("connections", Unit.PERCENT, 1.1),
    /** Whatever the operator's own query answers. */
    QUERY("query", Unit.NUMBER, 2);

    private final String words;
    private final Unit unit;
    private final double critical;

    Signal(String words, Unit unit, double critical) {
        this.words = words;
        this.unit = unit;
        this.critical = critical;
    }

    /** What people call it; without figures, so that it can be a metric's label. */
    public String words() {
        return words;
    }

    /** A value with its unit. */
    public String words(double value) {
        return unit.words(value);
    }

    /** How many times its budget it may be before everything stops. */
    double critical() {
        return critical;
    }

    private enum Unit {
        MILLIS,
        SECONDS,
        BYTES,
        COUNT,
        PERCENT,
        NUMBER;

        private static final double MEGABYTE = 1 << 20;
        private static final double GIGABYTE = 1 << 30;

        String words(double value) {
            return switch (this) {
                case MILLIS -> format(value < 10 ? "%.1f ms" : "%.0f ms", value);
                case SECONDS -> format("%.1f s", value);
                case BYTES ->
                    value < GIGABYTE ? format("%.0f MB", value / MEGABYTE) : format("%.1f GB", value / GIGABYTE);
                case COUNT -> format("%.0f", value);
                case PERCENT -> format("%.0f %%", value);
                case NUMBER -> format(value == Math.rint(value) ? "%.0f" : "%.3g", value);
            };
        }

        private static String format(String pattern, double value) {
            return String.format(Locale.ROOT, pattern, value);
        }
    }
}
