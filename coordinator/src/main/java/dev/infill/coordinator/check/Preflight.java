package dev.infill.coordinator.check;

import dev.infill.coordinator.check.ExpressionProbe.Judgement;
import dev.infill.protocol.Column;
import dev.infill.protocol.Follow;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Migration.Transform;
import dev.infill.protocol.Migration.Value;
import dev.infill.protocol.status.CheckReport.Comparison;
import dev.infill.protocol.status.CheckReport.RoleGrants;
import dev.infill.protocol.status.Finding;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
        Comparison comparison = compare(environments, resolved.get());
        return new Outcome(
                findings.sorted(),
                findings.isBlocked() ? Optional.empty() : resolved.map(Resolution::migration),
                comparison,
                Grants.of(connection, specification, resolved.get()));
    }

    private Comparison compare(Environments environments, Resolution resolution) throws SQLException {
        List<Migration> columns = resolution.migration().each();
        Comparison all = Comparison.NONE;
        for (int i = 0; i < columns.size(); i++) {
            findings.about(i);
            Comparison one = new EnvironmentCheck(specification.each().get(i), environments, findings)
                    .compare(connection, resolution.of(columns.get(i)));
            all = all.with(
                    i == 0
                            ? one
                            : EnvironmentCheck.about(
                                    one, columns.get(i).column().name()));
        }
        findings.about(0);
        return all;
    }

    private Optional<Resolution> resolve(Table table) throws SQLException {
        boolean mayTry = RightsCheck.look(connection, table, findings);
        new ShapeCheck(specification, table, findings).look(connection);
        new ActivityCheck(LONG, findings).look(connection, table);
        new RoomCheck(table, findings).look(connection);
        new ReadersCheck(table, findings).look(connection);
        new SurroundingsCheck(table, findings).look(connection);
        List<Column> key = TableCheck.key(connection, table, findings);
        List<Column> columns = mayTry ? columns(table) : List.of();
        if (columns.size() < specification.columns().size() || key.isEmpty()) {
            return Optional.empty();
        }
        return resolve(table, key, columns);
    }

    /** As many as are asked for, or fewer when there is something wrong with one. */
    private List<Column> columns(Table table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        List<Specification> each = specification.each();
        for (int i = 0; i < each.size(); i++) {
            findings.about(i);
            ColumnCheck.column(connection, each.get(i), table, findings).ifPresent(columns::add);
        }
        findings.about(0);
        return columns;
    }

    private Judgement judge(Table table, List<Column> columns) throws SQLException {
        Transform transform = specification.fill().transform();
        Judgement all = Judgement.NOTHING;
        for (int i = 0; i < columns.size(); i++) {
            findings.about(i);
            Specification each = specification.each().get(i);
            Judgement judgement = new ExpressionProbe(each, table, columns, i, findings).judge(connection);
            all = all.and(
                    transform == null
                            ? judgement
                            : TransformCheck.judge(connection, transform, table, columns.get(i), findings));
        }
        findings.about(0);
        return all;
    }

    private Optional<Resolution> resolve(Table table, List<Column> key, List<Column> columns) throws SQLException {
        for (Column column : columns) {
            new TriggerCheck(table, column, findings).look(connection);
        }
        new ObjectsCheck(specification, table, columns, findings).look(connection);
        if (findings.has("too-many-columns") || findings.has("column-is-special")) {
            return Optional.empty();
        }
        Judgement judgement = judge(table, columns);
        List<Follow> follows = new FollowsCheck(specification, table, findings).resolve(connection, judgement.tables());
        if (judgement.computable() && !findings.isBlocked()) {
            for (int i = 0; i < columns.size(); i++) {
                findings.about(i);
                SampleCheck.look(connection, specification.each().get(i), table, columns.get(i), findings);
            }
            findings.about(0);
        }
        Migration migration = new Migration(
                specification.migration(),
                specification.database(),
                table.name(),
                key,
                columns.get(0),
                specification.fill(),
                follows,
                also(columns));
        return Optional.of(new Resolution(
                table,
                migration,
                judgement.computable(),
                judgement.inputs(),
                judgement.functions(),
                judgement.schemas()));
    }

    private List<Value> also(List<Column> columns) {
        return IntStream.range(1, columns.size())
                .mapToObj(i -> new Value(
                        columns.get(i), specification.also().get(i - 1).expression()))
                .toList();
    }
}
