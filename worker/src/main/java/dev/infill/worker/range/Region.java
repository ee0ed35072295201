package dev.infill.worker.range;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The rows of some hundred pages, given out stripe by stripe in batches: each pass takes every k-th row of every page, in
 * physical order. What one pass leaves dead is pruned before the next one comes to the page, so from the second pass on new
 * versions find room beside the old ones. Costs eight bytes a row.
 */
public final class Region {
    /** Between two visits to a page other transactions must have ended, or nothing can be pruned. */
    private static final int BATCHES_A_PASS = 8;
    /** A gap of more pages than this is not worth a scan. */
    private static final long WIDEST_GAP = 8;
    /** Fewer pages in a row than this are no place for stripes: their rows are all written in the first pass. */
    private static final int FEWEST_PAGES = 4;

    private static final int MOST_LOOSE_ROWS = 500;

    private final long[] rows;
    private final int stripes;
    private final List<Stretch> stretches;
    private int stripe;
    private int next;

    /**
     * A region of rows that are to be written.
     *
     * @param addresses in any order
     * @param stripes passes over the region
     * @param rowsPerBatch about how many rows a transaction should write
     */
    public Region(long[] addresses, int stripes, int rowsPerBatch) {
        this.rows = addresses.clone();
        Arrays.sort(rows);
        this.stripes = stripes;
        this.stretches = stretches(pagesPerBatch(rowsPerBatch));
    }

    /**
     * What one transaction writes.
     *
     * @param stripe counted from zero
     * @param firstPage the first page that it touches
     * @param endPage the page after the last one
     * @param prunes whether these pages should be scanned before: an earlier pass left dead versions in them
     * @param addresses a {@code tid[]} as the server reads it
     */
    public record Batch(int stripe, long firstPage, long endPage, boolean prunes, int rows, String addresses) {}

    /** How many rows there are to write. */
    public int size() {
        return rows.length;
    }

    /** The next batch; empty when all was given out. */
    public Optional<Batch> next() {
        while (stripe < stripes) {
            while (next < stretches.size()) {
                Optional<Batch> batch = batch(stretches.get(next++));
                if (batch.isPresent()) {
                    return batch;
                }
            }
            next = 0;
            stripe++;
        }
        return Optional.empty();
    }

    private Optional<Batch> batch(Stretch stretch) {
        StringBuilder addresses = new StringBuilder("{");
        int count = 0;
        int place = 0;
        for (int i = stretch.from; i < stretch.to; i++) {
            place = i > stretch.from && page(i) == page(i - 1) ? place + 1 : 0;
            if (stretch.isDense ? place % stripes == stripe : stripe == 0) {
                addresses
                        .append(count++ == 0 ? "\"" : ",\"")
                        .append(TupleAddress.text(rows[i]))
                        .append('"');
            }
        }
        long end = page(stretch.to - 1) + 1;
        return count == 0
                ? Optional.empty()
                : Optional.of(new Batch(
                        stripe,
                        page(stretch.from),
                        end,
                        stripe > 0,
                        count,
                        addresses.append('}').toString()));
    }

    private int pagesPerBatch(int rowsPerBatch) {
        long pages = 0;
        for (int i = 0; i < rows.length; i++) {
            pages += i == 0 || page(i) != page(i - 1) ? 1 : 0;
        }
        long wanted = Math.max(1, pages * rowsPerBatch * stripes / Math.max(1, rows.length));
        return (int) (stripes == 1 ? wanted : Math.max(1, Math.min(wanted, pages / BATCHES_A_PASS)));
    }

    private List<Stretch> stretches(int pagesPerBatch) {
        List<Stretch> all = new ArrayList<>();
        int from = 0;
        while (from < rows.length) {
            int to = from + 1;
            while (to < rows.length && page(to) - page(to - 1) <= WIDEST_GAP) {
                to++;
            }
            if (page(to - 1) - page(from) + 1 < FEWEST_PAGES && rows.length > to - from) {
                addLoose(all, from, to);
            } else {
                addDense(all, from, to, pagesPerBatch);
            }
            from = to;
        }
        return List.copyOf(all);
    }

    /** Joins what stands alone, so that scattered rows do not cost a transaction each. */
    private static void addLoose(List<Stretch> all, int from, int to) {
        Stretch last = all.isEmpty() ? null : all.get(all.size() - 1);
        if (last != null && !last.isDense && to - last.from <= MOST_LOOSE_ROWS) {
            all.set(all.size() - 1, new Stretch(last.from, to, false));
        } else {
            all.add(new Stretch(from, to, false));
        }
    }

    private void addDense(List<Stretch> all, int from, int to, int pagesPerBatch) {
        int begin = from;
        long end = page(from) + pagesPerBatch;
        for (int i = from; i < to; i++) {
            if (page(i) >= end) {
                all.add(new Stretch(begin, i, true));
                begin = i;
                end = page(i) + pagesPerBatch;
            }
        }
        all.add(new Stretch(begin, to, true));
    }

    private long page(int row) {
        return TupleAddress.page(rows[row]);
    }

    private record Stretch(int from, int to, boolean isDense) {}
}
