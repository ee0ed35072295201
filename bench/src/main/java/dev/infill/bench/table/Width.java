package dev.infill.bench.table;

/** How much a row holds. */
public enum Width {
    /** About 150 bytes. */
    NARROW("", ""),
    /** About 450 bytes in the row, and a document of some 2.5 kB beside it in TOAST. */
    WIDE(", address jsonb NOT NULL, document jsonb NOT NULL", """
            , jsonb_build_object('street', md5(g::text || 's'), 'city', md5(g::text || 'c'), 'country', 'NL',
                'lines', jsonb_build_array(md5(g::text || '1'), md5(g::text || '2'), md5(g::text || '3'))),
              jsonb_build_object('body', (SELECT string_agg(md5(g::text || '/' || s), '') FROM generate_series(1, 78) s))""");

    private final String columns;
    private final String values;

    Width(String columns, String values) {
        this.columns = columns;
        this.values = values;
    }

    String columns() {
        return columns;
    }

    /** The columns' values in row {@code g}. */
    String columnValues() {
        return values;
    }
}
