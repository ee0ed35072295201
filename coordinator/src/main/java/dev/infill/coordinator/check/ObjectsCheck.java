package dev.infill.coordinator.check;

import dev.infill.coordinator.check.RolledBack.Refusal;
import dev.infill.protocol.Column;
import dev.infill.protocol.Identifier;
import dev.infill.specification.Levenshtein;
import dev.infill.specification.Specification;
import dev.infill.specification.Specification.Check;
import dev.infill.specification.Specification.ForeignKey;
import dev.infill.specification.Specification.Index;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the indexes and constraints can be made in the end, after days of filling. */
final class ObjectsCheck {
    private static final String CONSTRAINT =
            "SELECT conname FROM pg_catalog.pg_constraint WHERE conrelid = ? AND conname = ?";

    private static final String REFERENCED = """
            SELECT format_type(a.atttypid, a.atttypmod) AS type,
                   has_column_privilege(a.attrelid, a.attnum, 'REFERENCES') AS allowed,
                   EXISTS (SELECT FROM pg_catalog.pg_index i
                            WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indimmediate
                              AND i.indpred IS NULL AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS is_unique
              FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = ? AND a.attname = ? AND a.attnum > 0 AND NOT a.attisdropped
            """;

    private final Specification specification;
    private final Table table;
    private final List<Column> wanted;
    private final Findings findings;

    ObjectsCheck(Specification specification, Table table, List<Column> wanted, Findings findings) {
        this.specification = specification;
        this.table = table;
        this.wanted = wanted;
        this.findings = findings;
    }

    private record Referenced(String type, boolean allowed, boolean unique) {}

    void look(Connection connection) throws SQLException {
        List<String> columns = new ArrayList<>(table.columns(connection));
        wanted.forEach(column -> columns.add(column.name()));
        for (Index index : specification.indexes()) {
            judge(index, columns);
        }
        for (Check check : specification.constraints().checks()) {
            judgeName(connection, check.name());
        }
        Optional<ForeignKey> key = specification.foreignKey();
        if (key.isPresent()) {
            judgeName(connection, key.get().name());
            judge(connection, key.get());
        }
    }

    private void judge(Index index, List<String> columns) {
        for (String name : index.named()) {
            if (!columns.contains(name)) {
                findings.block(
                        "index-column-not-found",
                        "index " + index.name() + " names the column " + name + ", which " + table.name()
                                + " does not have",
                        "the index could not be built in the end",
                        Levenshtein.nearest(name, columns)
                                .map(near -> "did you mean " + near + "?")
                                .orElse("name columns of the table"));
            }
        }
    }

    private void judgeName(Connection connection, String name) throws SQLException {
        if (!Query.of(connection, CONSTRAINT, table.oid(), name).texts().isEmpty()) {
            findings.block(
                    "constraint-name-taken",
                    table.name() + " has a constraint " + name + " already",
                    "Infill adds its own constraints and drops them in a rollback; it must not drop another one",
                    "choose another name");
        }
    }

    private void judge(Connection connection, ForeignKey key) throws SQLException {
        Optional<Table> other = Table.find(connection, key.table());
        Optional<Referenced> referenced = other.isEmpty()
                ? Optional.empty()
                : Query.of(connection, REFERENCED, other.get().oid(), key.column())
                        .first(row -> new Referenced(
                                row.getString("type"), row.getBoolean("allowed"), row.getBoolean("is_unique")));
        if (referenced.isEmpty()) {
            blockKey(
                    "foreign-key-target-not-found",
                    other.isEmpty()
                            ? "there is no table " + key.table()
                            : key.table() + " has no column " + key.column());
            return;
        }
        if (!referenced.get().unique()) {
            blockKey("foreign-key-not-unique", "nothing makes " + key.table() + "." + key.column() + " unique");
        }
        sayLock(key, other.get());
        if (!referenced.get().allowed()) {
            findings.block(
                    "missing-privilege",
                    "our role lacks REFERENCES on " + key.table() + "." + key.column(),
                    "the foreign key could not be added in the end, after everything was filled",
                    "let the table's owner grant it",
                    Remedies.statement("GRANT REFERENCES (" + Identifier.quote(key.column()) + ") ON "
                            + key.table().quoted() + " TO CURRENT_USER"));
        }
        String type = referenced.get().type();
        if (isIncomparable(connection, type)) {
            blockKey(
                    "foreign-key-type-mismatch",
                    wanted.get(0).type() + " can't be compared with " + key.table() + "." + key.column() + ", which is "
                            + type);
        }
    }

    private void sayLock(ForeignKey key, Table other) {
        findings.info(
                "foreign-key-lock",
                "adding " + key.name() + " locks " + table.name() + " and " + key.table()
                        + (other.kind().equals("p") ? " with its partitions" : "") + " for a moment",
                "writers of both wait for as long as the lock is waited for, at most 200 ms a try; the look at old rows"
                        + " afterwards lets them through",
                "nothing; adding it is tried again until no long transaction is in the way");
    }

    /** Types of extensions have their operators where our empty search path finds none; equal types are comparable anyway. */
    private boolean isIncomparable(Connection connection, String type) throws SQLException {
        Column column = wanted.get(0);
        if (type.equals(column.type())) {
            return false;
        }
        Optional<Refusal> refusal = RolledBack.run(
                connection, trying -> RolledBack.refusal(trying, "SELECT NULL::" + column.type() + " = NULL::" + type));
        return refusal.isPresent();
    }

    private void blockKey(String code, String found) {
        findings.block(
                code,
                "constraints.foreignKey: " + found,
                "the constraint could not be added in the end, after everything was filled",
                "name a table and a column of it that is its primary key or unique");
    }
}
