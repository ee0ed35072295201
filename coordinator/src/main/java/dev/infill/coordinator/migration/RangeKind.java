package dev.infill.coordinator.migration;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what a table's ranges run over. */
public enum RangeKind {
    /** The primary key: a row is found wherever it lies. */
    KEY,
    /** The pages: cut without reading the table, and visited in physical order whatever the key. */
    PAGES;

    private static final double IN_ORDER = 0.9;
    /** Cutting by key reads that many entries of the index, in about a second. */
    private static final long MOST_ROWS_BY_KEY = 2_000_000;

    /**
     * What the catalog knows.
     *
     * @param keyColumns of the primary key
     * @param correlation of the key's first column with the physical order, -1 to 1; null: not known
     * @param rows estimated
     * @param partitioned whether its rows lie in partitions
     */
    public record Facts(int keyColumns, @Nullable Double correlation, long rows, boolean partitioned) {}

    /** A choice, and why, in words for people. */
    public record Choice(RangeKind kind, String why) {}

    /** The word for it in the ledger. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * What the specification asks for; where it leaves that to us, key ranges where the key follows the heap. A partitioned
     * table is cut partition by partition, which only pages can do.
     */
    public static Choice choose(Optional<RangeKind> wanted, Facts facts) {
        if (facts.partitioned()) {
            return new Choice(PAGES, "each partition is cut by itself");
        }
        return wanted.map(kind -> new Choice(kind, "the specification asks for it"))
                .orElseGet(() -> choose(facts));
    }

    private static Choice choose(Facts facts) {
        Double correlation = facts.correlation();
        if (facts.keyColumns() > 1) {
            return new Choice(PAGES, "the key has " + facts.keyColumns() + " columns");
        }
        if (correlation == null) {
            return new Choice(PAGES, "the table was never analyzed");
        }
        String order = String.format(Locale.ROOT, "correlation of the key with the physical order: %.2f", correlation);
        if (Math.abs(correlation) < IN_ORDER) {
            return new Choice(PAGES, order);
        }
        return facts.rows() > MOST_ROWS_BY_KEY
                ? new Choice(PAGES, "cutting so many rows by key would read the whole index")
                : new Choice(KEY, order);
    }
}
