package dev.infill.acceptance;

/** What the tests ask for: at full pace, because a busy machine's latency is not what they are about. */
final class Specifications {
    static final String TOTAL_CENTS = """
            migration: orders-total-cents
            database: shop
            table: public.orders
            column: {name: total_cents, type: bigint}
            fill:
              expression: public.cents(total)
            indexes:
              - {name: orders_total_cents_idx, columns: [total_cents]}
            constraints:
              notNull: true
              checks: [{name: orders_total_cents_positive, expression: total_cents >= 0}]
            gates: {reads: evidence, writes: evidence, quiet: 2s, staleness: 30s}
            pace: full
            """;

    /** The same, until a person lets it go on. */
    static final String STAYS_IN_SYNC = TOTAL_CENTS.replace("writes: evidence", "writes: manual");

    private Specifications() {}

    /** The same with ranges of this kind, whatever the application's writes do to the statistics meanwhile. */
    static String cutBy(String ranges, String specification) {
        return specification + "ranges: " + ranges + "\n";
    }
}
