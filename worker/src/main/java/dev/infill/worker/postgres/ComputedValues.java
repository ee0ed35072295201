package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.Failure.Policy;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.transform.Outcome;
import dev.infill.transform.Row;
import dev.infill.transform.Transform;
import dev.infill.worker.transform.InputReader;
import dev.infill.worker.transform.Transforms;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has application code compute what rows are to have, some at a time and while no transaction is open, and keeps it in the
 * session for the statements that compare and write it. A row that changes after that is passed over by them: its change is
 * captured, and whoever repairs it computes it anew.
 */
final class ComputedValues {
    private static final int FIRST = 200;
    private static final int MOST = 2000;
    /** A session forgets what it holds when that grew beyond this. */
    private static final int HELD = 50_000;

    private static final long SHORT_NANOS = 50_000_000;
    private static final long LONG_NANOS = 200_000_000;

    private final Migration migration;
    private final Transform transform;
    private final ComputedSql sql;
    private int atOnce = FIRST;

    private ComputedValues(Migration migration, Transform transform, ComputedSql sql) {
        this.migration = migration;
        this.transform = transform;
        this.sql = sql;
    }

    /** Those of a migration; empty where an expression computes its values. */
    static Optional<ComputedValues> of(Migration migration, Transforms transforms) {
        Migration.Transform code = migration.fill().transform();
        return code == null
                ? Optional.empty()
                : Optional.of(new ComputedValues(
                        migration,
                        transforms.of(migration.fill()),
                        new ComputedSql(migration, code, migration.table().quoted())));
    }

    /** What a session holds for a migration. */
    static final class Held {
        private @Nullable Object what;
        private int count;
    }

    /** Computes some of a window's rows; answers whether all of them were, as they were at one moment. */
    boolean prepare(WorkerSession session, Window window, RangeRows rows) throws SQLException {
        Held held = held(session);
        if (window.equals(held.what)) {
            return true;
        }
        boolean all = computeSome(
                session.connection(), held, atOnce -> rows.uncomputed(session.connection(), window, atOnce));
        held.what = all ? window : null;
        return all;
    }

    /** The same of the rows with these keys. */
    boolean prepare(WorkerSession session, List<Key> keys, Table table) throws SQLException {
        Held held = held(session);
        return keys.isEmpty()
                || computeSome(
                        session.connection(), held, atOnce -> table.uncomputed(session.connection(), keys, atOnce));
    }

    private Held held(WorkerSession session) throws SQLException {
        Held held = session.held(migration.name());
        if (held == null) {
            held = new Held();
            execute(session.connection(), sql.create());
            session.hold(migration.name(), held);
        }
        return held;
    }

    @FunctionalInterface
    private interface Look {
        /** Rows that were not computed as they are, with their hashes. */
        List<Input> uncomputed(int atMost) throws SQLException;
    }

    /**
     * A row to compute.
     *
     * @param hash of its inputs
     */
    record Input(String hash, Row row) {}

    private boolean computeSome(Connection connection, Held held, Look look) throws SQLException {
        if (held.count > HELD) {
            execute(connection, sql.forget());
            held.count = 0;
            held.what = null;
        }
        int asked = atOnce;
        List<Input> inputs = look.uncomputed(asked);
        if (inputs.isEmpty()) {
            return true;
        }
        long start = System.nanoTime();
        List<Outcome> outcomes = compute(inputs.stream().map(Input::row).toList());
        adapt(System.nanoTime() - start);
        add(connection, inputs, outcomes);
        held.count += inputs.size();
        return inputs.size() < asked;
    }

    private void adapt(long nanos) {
        if (nanos > LONG_NANOS) {
            atOnce = Math.max(1, atOnce / 2);
        } else if (nanos < SHORT_NANOS) {
            atOnce = Math.min(MOST, atOnce * 2);
        }
    }

    /** One by one where all together fail: one row must not keep the others from being filled. */
    private List<Outcome> compute(List<Row> rows) {
        try {
            List<Outcome> outcomes = transform.values(rows);
            if (outcomes.size() == rows.size()) {
                return outcomes;
            }
        } catch (RuntimeException e) {
            // What it says may speak of values, and each row is asked again.
        }
        return rows.stream().map(row -> Outcome.of(transform, row)).toList();
    }

    /** A value that the column's type does not take is a refusal. */
    private void add(Connection connection, List<Input> inputs, List<Outcome> outcomes) throws SQLException {
        try {
            insert(connection, inputs, outcomes);
        } catch (SQLException e) {
            if (Failure.of(e).policy() != Policy.REJECT) {
                throw e;
            }
            if (inputs.size() == 1) {
                insert(
                        connection,
                        inputs,
                        List.of(new Outcome.Refused(Failure.of(e).sqlState())));
                return;
            }
            int half = inputs.size() / 2;
            add(connection, inputs.subList(0, half), outcomes.subList(0, half));
            add(connection, inputs.subList(half, inputs.size()), outcomes.subList(half, outcomes.size()));
        }
    }

    private void insert(Connection connection, List<Input> inputs, List<Outcome> outcomes) throws SQLException {
        List<@Nullable String> texts = new ArrayList<>();
        List<Boolean> refused = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            texts.add(outcome instanceof Outcome.Value value ? text(value.value()) : null);
            refused.add(outcome instanceof Outcome.Refused);
        }
        try (PreparedStatement statement = connection.prepareStatement(sql.add())) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", inputs.stream().map(Input::hash).toArray()));
            statement.setArray(2, connection.createArrayOf("text", texts.toArray()));
            statement.setArray(3, connection.createArrayOf("boolean", refused.toArray()));
            statement.executeUpdate();
        }
    }

    private static @Nullable String text(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        return value instanceof byte[] bytes ? "\\x" + HexFormat.of().formatHex(bytes) : value.toString();
    }

    /** Reads rows that {@link ComputedSql#columns} describes. */
    static List<Input> read(PreparedStatement statement) throws SQLException {
        List<Input> inputs = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            InputReader reader = new InputReader(rows, 2);
            while (rows.next()) {
                inputs.add(new Input(rows.getString(1), reader.row()));
            }
        }
        return inputs;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
