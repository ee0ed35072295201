package dev.infill.protocol.status;

import dev.infill.protocol.TableName;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that the check has to say about a specification.
 *
 * @param database the name that the specification gives it
 * @param server version of that database's server
 * @param findings the worst first
 * @param environments the databases side by side; empty where only one is named
 * @param grants what each role needs; empty where something blocks that they depend on
 */
public record CheckReport(
        String migration,
        String database,
        String server,
        Target target,
        List<Finding> findings,
        Comparison environments,
        List<RoleGrants> grants) {
    public CheckReport {
        findings = List.copyOf(findings);
        grants = List.copyOf(grants);
    }

    /** The column that is asked for. */
    public record Target(TableName table, String column) {}

    /** Whether the migration may not begin. */
    public boolean isBlocked() {
        return findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.BLOCK);
    }

    /**
     * Databases side by side.
     *
     * @param databases whose values each row has, in this order
     */
    public record Comparison(List<String> databases, List<Row> rows) {
        /** Nothing was compared. */
        public static final Comparison NONE = new Comparison(List.of(), List.of());

        public Comparison {
            databases = List.copyOf(databases);
            rows = List.copyOf(rows);
        }

        /** With what another comparison of the same databases adds. */
        public Comparison with(Comparison other) {
            return new Comparison(
                    other.databases,
                    Stream.concat(rows.stream(), other.rows.stream()).distinct().toList());
        }

        /**
         * One thing that should be the same everywhere.
         *
         * @param values one a database; {@code —} where it is not there, {@code ?} where it can't be told
         */
        public record Row(String what, List<String> values, boolean differs) {
            public Row {
                values = List.copyOf(values);
            }
        }
    }

    /**
     * What a part's role needs, and nothing more.
     *
     * @param part coordinator, worker or bridge; preparation where no role is meant
     * @param sql the statements, each with its semicolon, one a line
     */
    public record RoleGrants(String part, String sql) {}
}
