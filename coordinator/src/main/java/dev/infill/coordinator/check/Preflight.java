package dev.infill.coordinator.check;

import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.protocol.status.Finding;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Looks at the database before anything is touched, and resolves the specification against its catalog. */
public final class Preflight {
    private static final Duration LONG = Duration.ofMinutes(1);

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
        ServerCheck.look(connection, findings);
        SignalsCheck.look(connection, specification.pace(), findings);
        Optional<Table> table = TableCheck.find(connection, specification, findings);
        Optional<Migration> resolved =
                table.isEmpty() ? Optional.empty() : resolve(connection, specification, table.get(), findings);
        return new Outcome(findings.sorted(), findings.isBlocked() ? Optional.empty() : resolved);
    }

    private static Optional<Migration> resolve(
            Connection connection, Specification specification, Table table, Findings findings) throws SQLException {
        boolean mayTry = RightsCheck.look(connection, table, findings);
        new ShapeCheck(specification, table, findings).look(connection);
        new ActivityCheck(LONG, findings).look(connection, table);
        List<Column> key = TableCheck.key(connection, table, findings);
        Optional<Column> found =
                mayTry ? ColumnCheck.column(connection, specification, table, findings) : Optional.empty();
        if (found.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        Column column = found.get();
        new ObjectsCheck(specification, table, column, findings).look(connection);
        if (findings.has("too-many-columns") || findings.has("column-is-special")) {
            return Optional.empty();
        }
        boolean mayCompute = new ExpressionProbe(specification, table, column, findings).judge(connection);
        if (mayCompute && !findings.isBlocked()) {
            SampleCheck.look(connection, specification, table, column, findings);
        }
        return Optional.of(new Migration(
                specification.migration(), specification.database(), table.name(), key, column, specification.fill()));
    }
}
