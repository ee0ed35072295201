package dev.infill.coordinator.check;

import dev.infill.coordinator.check.ExpressionProbe.Judgement;
import dev.infill.protocol.Column;
import dev.infill.protocol.Migration.Transform;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Whether application code can be given what it reads. The code itself is in the workers' jars, not here. */
final class TransformCheck {
    private TransformCheck() {}

    /** What the transform reads, as if an expression read it; no row is computed by the check. */
    static Judgement judge(Connection connection, Transform transform, Table table, Column column, Findings findings)
            throws SQLException {
        List<String> there = table.columns(connection);
        for (String read : transform.reads()) {
            if (read.equals(column.name())) {
                findings.block(
                        "transform-reads-own-column",
                        "fill.reads names " + read + ", which is the column to fill",
                        "each write would change what the next one is computed from",
                        "read the columns that the value comes from");
            } else if (!there.contains(read)) {
                findings.block(
                        "transform-column-not-found",
                        "fill.reads names " + read + ", which is no column of " + table.name(),
                        "the transform can't be given it",
                        "correct fill.reads");
            }
        }
        findings.info(
                "transform-is-code",
                "values are computed by " + transform.implementation() + ", which the check does not see",
                "a worker without the class stops the migration, and code that does more than compute does it for each row, and again",
                "give every worker the jar: transforms in its configuration, or --transforms");
        return new Judgement(false, transform.reads(), List.of(), List.of(), List.of());
    }
}
