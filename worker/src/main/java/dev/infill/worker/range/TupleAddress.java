package dev.infill.worker.range;

import dev.infill.protocol.Key;

/**
 * Where a row version lies: a page and a place in it, in one long, so that a region's rows take eight bytes each. Ordered
 * as the server orders {@code tid}.
 */
public final class TupleAddress {
    private static final int PLACE_BITS = 16;
    private static final long PLACES = 1L << PLACE_BITS;

    private TupleAddress() {}

    /** Reads {@code (12,3)}. */
    public static long parse(String text) {
        int comma = text.indexOf(',');
        if (comma < 2 || text.charAt(0) != '(' || text.charAt(text.length() - 1) != ')') {
            throw new IllegalArgumentException("a tuple id looks like (12,3), got '" + text + "'");
        }
        long page = Long.parseLong(text, 1, comma, 10);
        return page * PLACES + Integer.parseInt(text, comma + 1, text.length() - 1, 10);
    }

    /** The page of an address. */
    public static long page(long address) {
        return address >> PLACE_BITS;
    }

    /** The address before the first row of a page. */
    public static long begin(long page) {
        return page * PLACES;
    }

    /** The address as the server reads it. */
    public static String text(long address) {
        return "(" + page(address) + "," + (address & (PLACES - 1)) + ")";
    }

    /** The bound before the first row of a page. */
    public static Key bound(long page) {
        return Key.of(text(begin(page)));
    }

    /** The page of a bound. */
    public static long page(Key bound) {
        return page(parse(bound.values().get(0)));
    }
}
