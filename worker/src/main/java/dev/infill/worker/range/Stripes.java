package dev.infill.worker.range;

/**
 * How many passes a region is filled in. A full page has no room for new versions, so the first pass drives its share of the
 * rows to other pages; each later pass finds the room that the one before left. More passes mean fewer rows that move, and
 * more visits to each page.
 *
 * @param count passes
 * @param least below which it does not fall again, because that was tried and rows moved
 * @param skipped regions since stripes were last tried, where they did not pay
 */
public record Stripes(int count, int least, int skipped, Reason reason) {
    /** The best of 8, 16 and 32 for time and growth together on pages without room. */
    static final int MOST = 16;

    private static final int PROBE_EVERY = 16;
    private static final double A_ROW_GROWS_BY = 1.3;
    private static final double NEARLY_ALL = 0.97;
    private static final double ENOUGH = 0.9;
    private static final double TOO_FEW = 0.4;

    /** Why there are so many. */
    public enum Reason {
        /** No new version is heap-only, wherever it lies. */
        COLUMN_INDEXED("an index has the column"),
        /** The everyday case. */
        FULL_PAGES("pages are full"),
        /** No more stripes than rows. */
        FEW_ROWS("a page holds few rows"),
        /** Declared by the table. */
        FILL_FACTOR("the fill factor leaves room"),
        /** Seen in a region. */
        ROOM("pages have room for new versions"),
        /** Seen in a region after {@link #ROOM}. */
        NO_MORE_ROOM("pages have room for no more at once"),
        /** Seen in a region: rows of later passes moved too. */
        NOT_PRUNED("dead versions can't be pruned, somebody holds an old snapshot"),
        /** Now and then after {@link #NOT_PRUNED}. */
        TRYING("trying whether dead versions can be pruned by now");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    /**
     * What is known of a table before a row is written.
     *
     * @param rowsPerPage on average
     * @param fillFactor in percent
     */
    public record Shape(double rowsPerPage, int fillFactor, boolean columnIsIndexed) {}

    /**
     * What a region showed.
     *
     * @param first of the first pass
     * @param later of all others together
     */
    public record Seen(Share first, Share later) {
        /** Nothing yet. */
        public static final Seen NOTHING = new Seen(Share.NONE, Share.NONE);

        /** After a batch of some pass. */
        public Seen plus(int stripe, Share share) {
            return stripe == 0 ? new Seen(first.plus(share), later) : new Seen(first, later.plus(share));
        }
    }

    /** How many of the written rows stayed in their batch's pages. */
    public record Share(long rows, long stayed) {
        /** Of nothing. */
        public static final Share NONE = new Share(0, 0);

        /** Both together. */
        public Share plus(Share other) {
            return new Share(rows + other.rows, stayed + other.stayed);
        }

        private boolean isAtLeast(double part) {
            return stayed >= part * rows;
        }
    }

    /** Where a table begins. */
    public static Stripes first(Shape shape) {
        if (shape.columnIsIndexed()) {
            return new Stripes(1, 1, 0, Reason.COLUMN_INDEXED);
        }
        int rows = (int) Math.max(1, shape.rowsPerPage());
        double used = Math.max(1, shape.fillFactor()) / 100.0;
        int forRoom = used >= 1 ? MOST : (int) Math.ceil(used * A_ROW_GROWS_BY / (1 - used));
        if (rows < Math.min(forRoom, MOST)) {
            return new Stripes(rows, 1, 0, Reason.FEW_ROWS);
        }
        return forRoom < MOST
                ? new Stripes(forRoom, 1, 0, Reason.FILL_FACTOR)
                : new Stripes(MOST, 1, 0, Reason.FULL_PAGES);
    }

    /** After a region that was filled with these stripes. */
    public Stripes after(Seen seen) {
        return switch (reason) {
            case COLUMN_INDEXED -> this;
            case NOT_PRUNED ->
                skipped < PROBE_EVERY
                        ? new Stripes(count, least, skipped + 1, reason)
                        : new Stripes(MOST, least, 0, Reason.TRYING);
            case FULL_PAGES, FEW_ROWS, FILL_FACTOR, ROOM, NO_MORE_ROOM, TRYING -> next(seen);
        };
    }

    private Stripes next(Seen seen) {
        if (!seen.later().isAtLeast(TOO_FEW)) {
            return new Stripes(1, 1, 0, Reason.NOT_PRUNED);
        }
        if (reason == Reason.ROOM && !seen.first().isAtLeast(ENOUGH)) {
            int more = Math.min(MOST, count * 2);
            return new Stripes(more, more, 0, Reason.NO_MORE_ROOM);
        }
        boolean mayHaveMoreRoom =
                reason != Reason.FILL_FACTOR && count > least && seen.first().rows() > 0;
        if (mayHaveMoreRoom && seen.first().isAtLeast(NEARLY_ALL)) {
            return new Stripes(Math.max(least, count / 2), least, 0, Reason.ROOM);
        }
        return this;
    }
}
