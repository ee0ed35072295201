package dev.infill.coordinator.check;

import static dev.infill.coordinator.check.FindingsIT.objects;
import static dev.infill.coordinator.check.FindingsIT.specification;

import dev.infill.coordinator.check.FindingsIT.Case;
import dev.infill.protocol.status.Finding.Severity;
import java.util.stream.Stream;

/** What is found about indexes and the default that a specification wants. */
final class ObjectFindings {
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
                new Case(
                        Severity.INFO,
                        "index-unique",
                        "",
                        "keep: derived",
                        "keep: derived\nindexes: [{name: i, columns: [total_cents], unique: true}]"));
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
