package dev.infill.worker.postgres;

import dev.infill.protocol.Column;
import dev.infill.protocol.TableName;
import dev.infill.protocol.status.Promise;
import dev.infill.protocol.status.VerifyReport.Breach;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks in the catalog whether column, indexes and constraints are as promised. */
final class PromiseCheck {
    /** Of a table and a column: nothing where the table is missing, null where the column is. */
    private static final String COLUMN = """
            SELECT pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_catalog.pg_attribute a
                     ON a.attrelid = c.oid AND a.attname = ? AND a.attnum > 0 AND NOT a.attisdropped
             WHERE n.nspname = ? AND c.relname = ?
            """;

    private static final String INDEX = """
            SELECT i.indisvalid AND i.indisready
              FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
              JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE x.relname = ? AND n.nspname = ? AND c.relname = ?
            """;

    private static final String CONSTRAINT = """
            SELECT k.convalidated
              FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE k.conname = ? AND n.nspname = ? AND c.relname = ?
            """;

    private final Connection connection;
    private final Promise promise;
    private final List<Breach> breaches = new ArrayList<>();

    PromiseCheck(Connection connection, Promise promise) {
        this.connection = connection;
        this.promise = promise;
    }

    /**
     * What came of it.
     *
     * @param comparable whether there is a column that rows can be compared in
     */
    record Outcome(boolean comparable, List<Breach> breaches) {}

    Outcome look() throws SQLException {
        boolean comparable = true;
        for (Column column : promise.definition().columns()) {
            comparable &= column(column);
        }
        comparable = comparable && key();
        for (Promise.Index index : promise.indexes()) {
            judge(INDEX, "index", index.name(), "invalid: PostgreSQL does not use it");
        }
        for (Promise.Constraint constraint : promise.constraints()) {
            judge(CONSTRAINT, "constraint", constraint.name(), "not validated: old rows were never looked at");
        }
        return new Outcome(comparable, List.copyOf(breaches));
    }

    private boolean column(Column column) throws SQLException {
        String name = table() + "." + column.name();
        try (PreparedStatement statement = prepare(COLUMN, column.name());
                ResultSet found = statement.executeQuery()) {
            if (!found.next()) {
                return breach("table-missing", "there is no table " + table());
            }
            String type = found.getString(1);
            if (type == null) {
                return breach("column-missing", "there is no column " + name);
            }
            if (promise.notNull() && !found.getBoolean(2)) {
                breach("null-allowed", name + " is not declared NOT NULL");
            }
            String promised = column.type();
            return type.equals(promised) || breach("column-type", name + " has the type " + type + ", not " + promised);
        }
    }

    /** The types stand in our statements, and a report is only a file: they must be those that the server prints. */
    private boolean key() throws SQLException {
        boolean same = true;
        for (Column part : promise.definition().key()) {
            try (PreparedStatement statement = prepare(COLUMN, part.name());
                    ResultSet column = statement.executeQuery()) {
                if (!column.next() || !part.type().equals(column.getString(1))) {
                    same = breach("key-changed", "the key column " + part.name() + " is not of type " + part.type());
                }
            }
        }
        return same;
    }

    private void judge(String sql, String kind, String name, String flaw) throws SQLException {
        Optional<Boolean> good = Optional.empty();
        try (PreparedStatement statement = prepare(sql, name);
                ResultSet found = statement.executeQuery()) {
            if (found.next()) {
                good = Optional.of(found.getBoolean(1));
            }
        }
        if (good.isEmpty()) {
            breach(kind + "-missing", "there is no " + kind + " " + name + " of " + table());
        } else if (!good.get()) {
            breach(kind + "-" + flaw.replaceFirst(":.*", "").replace(' ', '-'), kind + " " + name + " is " + flaw);
        }
    }

    private PreparedStatement prepare(String sql, String name) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, name);
        statement.setString(2, table().schema());
        statement.setString(3, table().name());
        return statement;
    }

    private TableName table() {
        return promise.definition().table();
    }

    /** Always false, for whoever has nothing left to look at. */
    private boolean breach(String code, String found) {
        breaches.add(new Breach(code, found));
        return false;
    }
}
