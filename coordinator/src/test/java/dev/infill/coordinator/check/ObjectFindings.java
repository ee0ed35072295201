package dev.infill.coordinator.check;

import static dev.infill.coordinator.check.FindingsIT.objects;
import static dev.infill.coordinator.check.FindingsIT.specification;

import dev.infill.coordinator.check.FindingsIT.Case;
import dev.infill.protocol.status.Finding.Severity;
import java.util.stream.Stream;

/** What is found about indexes and the default that a specification wants. */
final class ObjectFindings {
    /** By {@code id}, and one of its partitions by {@code note} again. */
    private static final String PARTITIONED =
            "DROP TABLE orders; CREATE TABLE orders (id bigint, total numeric, note text, PRIMARY KEY (id, note))"
                    + " PARTITION BY RANGE (id); CREATE TABLE part PARTITION OF orders DEFAULT PARTITION BY LIST (note);"
                    + " CREATE TABLE leaf PARTITION OF part DEFAULT";

    private ObjectFindings() {}

    static Stream<Case> indexes() {
        return Stream.of(
                objects(
                        "index-name-taken",
                        "CREATE INDEX i ON orders (note) WHERE total > 1",
                        "indexes: [{name: i, columns: [note], where: total > 0}]"),
                objects(
                        "index-name-taken",
                        "CREATE INDEX i ON orders (note)",
                        "indexes: [{name: i, columns: [note], unique: true}]"),
                objects("index-name-taken", "CREATE TABLE i ()", "indexes: [{name: i, columns: [note]}]"),
                objects("index-invalid", "", "indexes: [{name: i, columns: ['(note || now())']}]"),
                objects("index-invalid", "", "indexes: [{name: i, columns: ['(lower(nte))']}]"),
                objects("index-invalid", "", "indexes: [{name: i, columns: [note], where: total}]"),
                objects("index-invalid", "", "indexes: [{name: i, columns: [note], where: 'true) , (true'}]"),
                objects("index-column-not-found", "", "indexes: [{name: i, columns: [note], include: [totl]}]"),
                new Case(
                        Severity.WARN,
                        "index-exists",
                        "CREATE UNIQUE INDEX i ON orders (lower(note), id) INCLUDE (total) WHERE total > 0",
                        "keep: derived",
                        "keep: derived\nindexes: [{name: i, columns: ['( lower(note) )', id], unique: true, include:"
                                + " [total], where: 'total>0'}]"),
                unique(Severity.INFO, "index-unique", "", "total_cents"),
                unique(Severity.INFO, "index-unique", PARTITIONED, "total_cents, id, note"),
                unique(Severity.BLOCK, "index-unique-partitioned", PARTITIONED, "total_cents, id"),
                unique(Severity.BLOCK, "index-unique-partitioned", PARTITIONED, "total_cents, '(id)', note"));
    }

    private static Case unique(Severity severity, String code, String statements, String columns) {
        String indexes = "indexes: [{name: i, columns: [" + columns + "], unique: true}]";
        return new Case(severity, code, statements, "keep: derived", "keep: derived\n" + indexes);
    }

    static Stream<Case> defaults() {
        return Stream.of(
                specification(Severity.BLOCK, "default-invalid", "bigint}", "bigint, default: \"'abc'\"}"),
                specification(Severity.BLOCK, "default-invalid", "bigint}", "bigint, default: id + 1}"),
                specification(Severity.BLOCK, "default-invalid", "bigint}", "bigint, default: '1; SELECT 1'}"),
                specification(
                        Severity.BLOCK, "default-volatile", "bigint}", "bigint, default: (random() * 9)::bigint}"),
                specification(
                        Severity.INFO,
                        "default-stable",
                        "bigint}",
                        "bigint, default: 'extract(epoch FROM now())::bigint'}"),
                specification(
                        Severity.INFO,
                        "default-stable",
                        "bigint}",
                        "bigint, default: \"current_date - '2020-01-01'\"}"),
                new Case(
                        Severity.WARN,
                        "default-replaced",
                        "ALTER TABLE orders ADD total_cents bigint DEFAULT 1",
                        "bigint}",
                        "bigint, default: 0}"));
    }
}
