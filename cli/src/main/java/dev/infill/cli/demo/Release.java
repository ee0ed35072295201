package dev.infill.cli.demo;

/** The two versions of the application: before and after its developers know about the new column. */
enum Release {
    /** Knows nothing of the new column. */
    OLD("""
            INSERT INTO public.orders (customer_id, total, status, note)
            SELECT ?, cents / 100.0, 'new', ? FROM (SELECT ?::bigint AS cents) AS price RETURNING id""", """
            UPDATE public.orders SET total = cents / 100.0, note = ?, updated_at = now()
            FROM (SELECT ?::bigint AS cents) AS price WHERE orders.id = ? RETURNING orders.id"""),
    /** Writes the new column itself. */
    NEW("""
            INSERT INTO public.orders (customer_id, total, total_cents, status, note)
            SELECT ?, cents / 100.0, cents, 'new', ? FROM (SELECT ?::bigint AS cents) AS price RETURNING id""", """
            UPDATE public.orders SET total = cents / 100.0, total_cents = cents, note = ?, updated_at = now()
            FROM (SELECT ?::bigint AS cents) AS price WHERE orders.id = ? RETURNING orders.id""");

    private final String insert;
    private final String updateTotal;

    Release(String insert, String updateTotal) {
        this.insert = insert;
        this.updateTotal = updateTotal;
    }

    /** Parameters: customer, note, cents. */
    String insert() {
        return insert;
    }

    /** Parameters: note, cents, id. */
    String updateTotal() {
        return updateTotal;
    }
}
