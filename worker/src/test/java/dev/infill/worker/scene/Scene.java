package dev.infill.worker.scene;

import dev.infill.postgres.Database;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.protocol.Column;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.protocol.RangeTask;
import dev.infill.protocol.TableName;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.json.Json;
import dev.infill.testkit.TestDatabase;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A migrated table and its ledger, as a coordinator would have left them. */
public record Scene(TestDatabase database, Migration migration) {
    public static final String NAME = "orders-total-cents";
    public static final String DATABASE = "shop";
    public static final TableName ORDERS = new TableName("public", "orders");
    private static final Column CENTS = new Column("total_cents", "bigint");

    /** {@code orders(id bigint, total numeric, total_cents bigint)} with this many rows; every seventh total is null. */
    public static Scene orders(TestDatabase database, int rows) throws SQLException {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, total_cents bigint)",
                "INSERT INTO orders SELECT i, CASE WHEN i % 7 <> 0 THEN i / 10.0 END FROM generate_series(1, " + rows
                        + ") i",
                "ANALYZE orders");
        return of(database, List.of(new Column("id", "bigint")), "round(total * 100)::bigint");
    }

    /** A migration of {@code orders} with this key and expression. */
    public static Scene of(TestDatabase database, List<Column> key, String expression) throws SQLException {
        return of(database, ORDERS, key, CENTS, new Migration.Fill(expression, Migration.Keep.DERIVED));
    }

    public static Scene of(TestDatabase database, TableName table, List<Column> key, Column column, Migration.Fill fill)
            throws SQLException {
        return of(database, new Migration(NAME, DATABASE, table, key, column, fill));
    }

    /** A migration as it is given. */
    public static Scene of(TestDatabase database, Migration migration) throws SQLException {
        Scene scene = new Scene(database, migration);
        try (Connection connection = database.connect()) {
            LedgerSchema.createIfMissing(connection);
        }
        scene.define();
        return scene;
    }

    private void define() throws SQLException {
        try (Connection connection = database.connect();
                var statement = connection.prepareStatement("INSERT INTO infill.migration"
                        + " (name, specification, definition, stage) VALUES (?, '', ?::jsonb, 'fill')")) {
            statement.setString(1, NAME);
            statement.setString(2, Json.write(migration));
            statement.executeUpdate();
        }
    }

    /** Cuts the table at these keys, the first and the last range being open, and opens them for a fill in pass 1. */
    public Scene cutAt(Key... bounds) throws SQLException {
        for (int number = 0; number <= bounds.length; number++) {
            String lower = array(number == 0 ? null : bounds[number - 1]);
            String upper = array(number == bounds.length ? null : bounds[number]);
            database.execute("INSERT INTO infill.range (migration, number, lower_key, upper_key, pass, kind) VALUES ('"
                    + NAME + "', " + number + ", " + lower + ", " + upper + ", 1, 'fill')");
        }
        return this;
    }

    /** Cuts the table by its pages, so many a range, and opens them for a fill in pass 1. */
    public Scene cutByPages(int pagesPerRange) throws SQLException {
        database.execute(
                "INSERT INTO infill.range (migration, number, lower_key, upper_key, relation, file_node, pass, kind)"
                        + " SELECT '" + NAME + "', n, ARRAY['(' || n * " + pagesPerRange + " || ',0)'],"
                        + " ARRAY['(' || (n + 1) * " + pagesPerRange
                        + " || ',0)'], oid, pg_relation_filenode(oid), 1, 'fill'"
                        + " FROM pg_class, generate_series(0, (pg_relation_size(oid) / 8192 - 1) / " + pagesPerRange
                        + ") n"
                        + " WHERE oid = '" + migration.table().quoted() + "'::regclass");
        return this;
    }

    public Scene cutAt(long... bounds) throws SQLException {
        Key[] keys = new Key[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            keys[i] = Key.of(Long.toString(bounds[i]));
        }
        return cutAt(keys);
    }

    /** Opens every range for another pass. */
    public void open(int pass, TaskKind kind) throws SQLException {
        database.execute("UPDATE infill.range SET pass = " + pass + ", kind = '" + kind.word() + "', state = 'open',"
                + " cursor_key = NULL, rows_read = 0, rows_changed = 0, done_at = NULL, started_at = NULL"
                + (kind == TaskKind.RECHECK ? "" : ", digest = NULL"));
    }

    public RangeTask task(int pass, TaskKind kind, int range) {
        return new RangeTask(NAME, DATABASE, pass, kind, range);
    }

    /** The database as a worker is told of it. */
    public Database target() {
        return target(URI.create(database.url()).getPort(), Map.of());
    }

    /** The same through a proxy, with every COMMIT in plain words so that a trap can see it. */
    public Database target(int port) {
        return target(port, Map.of("prepareThreshold", "0"));
    }

    private Database target(int port, Map<String, String> more) {
        String direct = ":" + URI.create(database.url()).getPort() + "/";
        String[] parts = database.jdbcUrl().split("\\?", 2);
        Map<String, String> properties = new HashMap<>(more);
        if (parts.length == 2) {
            for (String pair : parts[1].split("&", -1)) {
                properties.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
            }
        }
        return new Database(DATABASE, parts[0].replace(direct, ":" + port + "/"), properties);
    }

    /** How many rows of orders are not what the expression says. */
    public long wrongRows() throws SQLException {
        return number("SELECT count(*) FROM " + migration.table().quoted() + " WHERE "
                + migration.column().quoted() + " IS DISTINCT FROM ("
                + migration.fill().expression() + "\n)");
    }

    public long number(String sql) throws SQLException {
        return Long.parseLong(String.valueOf(database.value(sql)));
    }

    public String state(int range) throws SQLException {
        return String.valueOf(database.value("SELECT state FROM infill.range WHERE number = " + range));
    }

    private static String array(@Nullable Key key) {
        return key == null
                ? "NULL"
                : key.values().stream()
                        .map(value -> "'" + value.replace("'", "''") + "'")
                        .collect(Collectors.joining(", ", "ARRAY[", "]"));
    }
}
