package dev.infill.coordinator.check;

import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.protocol.status.Finding;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Looks at the database before anything is touched, and resolves the specification against its catalog. */
public final class Preflight {
    private Preflight() {}

    /**
     * What came of it.
     *
     * @param findings the worst first
     * @param resolved there whenever nothing blocks
     */
    public record Outcome(List<Finding> findings, Optional<Migration> resolved) {
        public Outcome {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Checks; nothing that it does outlives it. The connection must be in auto-commit mode, and is so afterwards.
     *
     * @throws SQLException if the database could not answer, which says nothing about the specification
     */
    public static Outcome check(Connection connection, Specification specification) throws SQLException {
        Findings findings = new Findings();
        Optional<Table> table = TableCheck.find(connection, specification, findings);
        if (table.isEmpty()) {
            return new Outcome(findings.sorted(), Optional.empty());
        }
        List<Column> key = TableCheck.key(connection, table.get(), findings);
        Optional<Column> column = ColumnCheck.column(connection, specification, table.get(), findings);
        if (findings.isBlocked() || column.isEmpty()) {
            return new Outcome(findings.sorted(), Optional.empty());
        }
        Migration migration = new Migration(
                specification.migration(),
                specification.database(),
                table.get().name(),
                key,
                column.get(),
                specification.fill());
        return new Outcome(findings.sorted(), Optional.of(migration));
    }
}
