package dev.infill.coordinator.check;

import dev.infill.protocol.Column;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Whether the column can be added, or is there already and may be adopted. */
final class ColumnCheck {
    private static final String EXISTING = """
            SELECT format_type(atttypid, atttypmod) AS type, attgenerated <> '' AS generated, attidentity <> '' AS identity
              FROM pg_catalog.pg_attribute
             WHERE attrelid = ? AND attname = ? AND NOT attisdropped AND attnum > 0
            """;

    private ColumnCheck() {}

    private record Existing(String type, boolean generated, boolean identity) {}

    /** The column with its type as the server prints it. */
    static Optional<Column> column(Connection connection, Specification specification, Table table, Findings findings)
            throws SQLException {
        Optional<String> type =
                TypeProbe.type(connection, specification.column().type(), findings);
        if (type.isEmpty()) {
            return Optional.empty();
        }
        String name = specification.column().name();
        Optional<Existing> existing = Query.of(connection, EXISTING, table.oid(), name)
                .first(row ->
                        new Existing(row.getString("type"), row.getBoolean("generated"), row.getBoolean("identity")));
        existing.ifPresent(column -> judge(column, type.get(), table.name() + "." + name, findings));
        return Optional.of(new Column(name, type.get()));
    }

    private static void judge(Existing column, String type, String name, Findings findings) {
        if (!column.type().equals(type)) {
            findings.block(
                    "column-exists-with-other-type",
                    name + " exists as " + column.type() + ", not " + type,
                    "Infill never changes a column that it did not add",
                    "choose another name or the type " + column.type());
        } else if (column.generated() || column.identity()) {
            findings.block(
                    "column-is-generated",
                    name + " is " + (column.generated() ? "a generated column" : "an identity column"),
                    "the server alone writes it",
                    "choose another name");
        } else {
            findings.warn(
                    "column-exists",
                    name + " exists already with the type asked for",
                    "Infill adopts the column, fills it and does not drop it in a rollback",
                    "nothing, if you added it yourself");
        }
    }
}
