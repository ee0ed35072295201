package dev.infill.coordinator.check;

import dev.infill.coordinator.check.ExpressionProbe.Judgement;
import dev.infill.protocol.Column;
import dev.infill.protocol.Follow;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Migration.Transform;
import dev.infill.protocol.status.CheckReport.Comparison;
import dev.infill.protocol.status.CheckReport.RoleGrants;
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

    private final Connection connection;
    private final Specification specification;
    private final Findings findings = new Findings();

    private Preflight(Connection connection, Specification specification) {
        this.connection = connection;
        this.specification = specification;
    }

    /**
     * What came of it.
     *
     * @param findings the worst first
     * @param resolved there whenever nothing blocks
     * @param comparison of the environments, as far as it went
     * @param grants what each part's role needs; none while it can't be told
     */
    public record Outcome(
            List<Finding> findings, Optional<Migration> resolved, Comparison comparison, List<RoleGrants> grants) {
        public Outcome {
            findings = List.copyOf(findings);
            grants = List.copyOf(grants);
        }
    }

    /**
     * Checks; nothing that it does outlives it. The connection must be in auto-commit mode, and is so afterwards.
     *
     * @throws SQLException if the database could not answer, which says nothing about the specification
     */
    public static Outcome check(Connection connection, Specification specification, Environments environments)
            throws SQLException {
        return new Preflight(connection, specification).check(environments);
    }

    private Outcome check(Environments environments) throws SQLException {
        ServerCheck.look(connection, findings);
        SignalsCheck.look(connection, specification.pace(), findings);
        Optional<Table> table = TableCheck.find(connection, specification, findings);
        Optional<Resolution> resolved = table.isEmpty() ? Optional.empty() : resolve(table.get());
        if (resolved.isEmpty()) {
            return new Outcome(findings.sorted(), Optional.empty(), Comparison.NONE, List.of());
        }
        Comparison comparison =
                new EnvironmentCheck(specification, environments, findings).compare(connection, resolved.get());
        return new Outcome(
                findings.sorted(),
                findings.isBlocked() ? Optional.empty() : resolved.map(Resolution::migration),
                comparison,
                Grants.of(connection, specification, resolved.get()));
    }

    private Optional<Resolution> resolve(Table table) throws SQLException {
        boolean mayTry = RightsCheck.look(connection, table, findings);
        new ShapeCheck(specification, table, findings).look(connection);
        new ActivityCheck(LONG, findings).look(connection, table);
        new RoomCheck(table, findings).look(connection);
        new ReadersCheck(table, findings).look(connection);
        new SurroundingsCheck(table, findings).look(connection);
        List<Column> key = TableCheck.key(connection, table, findings);
        Optional<Column> column =
                mayTry ? ColumnCheck.column(connection, specification, table, findings) : Optional.empty();
        if (column.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        return resolve(table, key, column.get());
    }

    private Judgement judge(Table table, Column column) throws SQLException {
        Judgement judgement = new ExpressionProbe(specification, table, column, findings).judge(connection);
        Transform transform = specification.fill().transform();
        return transform == null ? judgement : TransformCheck.judge(connection, transform, table, column, findings);
    }

    private Optional<Resolution> resolve(Table table, List<Column> key, Column column) throws SQLException {
        new TriggerCheck(table, column, findings).look(connection);
        new ObjectsCheck(specification, table, column, findings).look(connection);
        if (findings.has("too-many-columns") || findings.has("column-is-special")) {
            return Optional.empty();
        }
        Judgement judgement = judge(table, column);
        List<Follow> follows = new FollowsCheck(specification, table, findings).resolve(connection, judgement.tables());
        if (judgement.computable() && !findings.isBlocked()) {
            SampleCheck.look(connection, specification, table, column, findings);
        }
        Migration migration = new Migration(
                specification.migration(),
                specification.database(),
                table.name(),
                key,
                column,
                specification.fill(),
                follows);
        return Optional.of(new Resolution(
                table,
                migration,
                judgement.computable(),
                judgement.inputs(),
                judgement.functions(),
                judgement.schemas()));
    }
}
