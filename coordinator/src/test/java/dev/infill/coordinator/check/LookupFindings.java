package dev.infill.coordinator.check;

import dev.infill.coordinator.check.FindingsIT.Case;
import dev.infill.protocol.status.Finding.Severity;
import java.util.stream.Stream;

/** What is found of expressions that read other tables, and of application code. */
final class LookupFindings {
    private LookupFindings() {}

    static Stream<Case> subqueries() {
        return Stream.of(
                FindingsIT.fill(Severity.BLOCK, "expression-reads-own-table", "(select max(id) from orders)"),
                FindingsIT.fill(Severity.BLOCK, "expression-reads-own-table", "(select max(id) from public.orders)"),
                FindingsIT.fill(
                        Severity.BLOCK, "expression-reads-other-tables", "(select max(oid)::bigint from pg_class)"),
                FindingsIT.fill(
                        Severity.BLOCK,
                        "expression-locks-rows",
                        "(select max(oid)::bigint from pg_class) + (select 1 from pg_am limit 1 for share)"),
                FindingsIT.fill(Severity.BLOCK, "expression-volatile", "(select random()::bigint)"),
                FindingsIT.fill(Severity.BLOCK, "expression-reads-whole-row", "(select length(orders::text))"),
                FindingsIT.fill(Severity.BLOCK, "expression-invalid", "sum((select 1))"));
    }

    static Stream<Case> lookups() {
        String customers = "CREATE TABLE customers (id bigint PRIMARY KEY, email text, since date);"
                + " ALTER TABLE orders ADD email text; ";
        String indexed = "CREATE INDEX ON customers (email); CREATE INDEX ON orders (email); ";
        String full = "ALTER TABLE customers REPLICA IDENTITY FULL";
        String on = "customers.email = orders.email";
        String partitioned = "CREATE TABLE customers (id bigint, email text) PARTITION BY HASH (id);"
                + " CREATE TABLE c0 PARTITION OF customers FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
                + " ALTER TABLE orders ADD email text; " + indexed;
        return Stream.of(
                lookup(
                        Severity.WARN,
                        "follows-without-index",
                        customers + full + "; ANALYZE orders; ANALYZE customers",
                        on),
                lookup(
                        Severity.BLOCK,
                        "follows-without-index",
                        customers + full + "; INSERT INTO customers SELECT n FROM generate_series(1, 100001) n;"
                                + " ANALYZE customers",
                        on),
                lookup(Severity.BLOCK, "follows-not-logged", customers + indexed, on),
                lookup(Severity.BLOCK, "follows-not-logged", partitioned, on),
                lookup(
                        Severity.BLOCK,
                        "follows-column-not-found",
                        customers + indexed + full,
                        "customers.mail = orders.email"),
                lookup(
                        Severity.BLOCK,
                        "follows-column-not-found",
                        customers + indexed + full,
                        "customers.email = orders.mail"),
                lookup(
                        Severity.BLOCK,
                        "follows-not-a-table",
                        "CREATE VIEW customers AS SELECT 1::bigint AS id, ''::text AS email; ALTER TABLE orders ADD email text",
                        on));
    }

    static Stream<Case> transforms() {
        return Stream.of(
                transform(Severity.BLOCK, "transform-column-not-found", "[totl]"),
                transform(Severity.BLOCK, "transform-reads-own-column", "[total, total_cents]"),
                transform(Severity.INFO, "transform-is-code", "[total]"));
    }

    private static Case transform(Severity severity, String code, String reads) {
        return FindingsIT.specification(
                severity,
                code,
                "expression: round(total * 100)::bigint",
                "transform: com.example.Cents\n  reads: " + reads);
    }

    private static Case lookup(Severity severity, String code, String statements, String on) {
        return new Case(
                severity,
                code,
                statements,
                "round(total * 100)::bigint",
                "(SELECT max(c.id) FROM public.customers c WHERE c.email = orders.email)\n"
                        + "  follows: [{table: public.customers, on: " + on + "}]");
    }
}
