package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TaskKind;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import dev.infill.worker.scene.Stop;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ClusterExtension.class)
class DigestIT {
    private static final int ROWS = 3000;
    private static final String OVER_ALL = "SELECT bit_xor(digest) FROM infill.range";

    /** Types, and values of each that differ. */
    private static final List<List<String>> VALUES = List.of(
            List.of("bigint", "NULL", "0", "1", "-1", "4294967297"),
            List.of("integer", "NULL", "0", "-1"),
            List.of("smallint", "NULL", "0", "1"),
            List.of("numeric(12,2)", "NULL", "0", "5", "-5", "50000"),
            List.of("numeric", "NULL", "'NaN'", "'-Infinity'", "5", "-5"),
            List.of("double precision", "NULL", "0.1", "-0.1", "'NaN'"),
            List.of("boolean", "NULL", "true", "false"),
            List.of("text", "NULL", "''", "'a'", "'a '", "'A'"),
            List.of("character varying(9)", "NULL", "''", "'null'"),
            List.of("uuid", "NULL", "'00000000-0000-0000-0000-000000000000'", "'00000000-0000-0000-0000-000000000001'"),
            List.of("date", "NULL", "'2026-01-01'", "'infinity'"),
            List.of(
                    "timestamp with time zone",
                    "NULL",
                    "'2026-01-01 00:00:00Z'",
                    "'2026-01-01 00:00:00.000001Z'",
                    "'infinity'"),
            List.of("timestamp(3) without time zone", "NULL", "'2026-01-01'", "'2026-01-01 00:00:00.001'"),
            List.of("jsonb", "NULL", "'null'", "'{}'"),
            List.of("json", "NULL", "'[1]'", "'[1 ]'"),
            List.of("bytea", "NULL", "'\\x'", "'\\x00'"),
            List.of("integer[]", "NULL", "'{}'", "'{NULL}'"));

    @Test
    void isTheSameHoweverTheTableIsCutAndWhereverRowsLie(TestDatabase database) throws Exception {
        Scene scene = filled(database).cutAt(new long[0]);
        String whole = verified(scene);

        database.execute("DELETE FROM infill.range");
        scene.cutAt(17, 1000, 2999);
        String byKeys = verified(scene);
        assertThat(database.value("SELECT count(digest) FROM infill.range")).isEqualTo("4");
        database.execute("DELETE FROM infill.range");
        scene.cutByPages(3);
        String byPages = verified(scene);
        database.execute(
                "DELETE FROM infill.range",
                "CREATE TABLE moved AS SELECT * FROM orders",
                "TRUNCATE orders",
                "INSERT INTO orders SELECT * FROM moved ORDER BY id DESC");
        scene.cutByPages(2);
        String inAnotherOrder = verified(scene);

        assertThat(List.of(byKeys, byPages, inAnotherOrder)).containsOnly(whole);
        assertThat(whole).isEqualTo(digest(scene));
    }

    @Test
    void isAnotherOneAfterEachKindOfChange(TestDatabase database) throws Exception {
        Scene scene = filled(database);
        List<String> digests = new ArrayList<>(List.of(digest(scene)));
        for (String change : List.of(
                "UPDATE orders SET total_cents = total_cents + 1 WHERE id = 10",
                "UPDATE orders SET total_cents = NULL WHERE id = 11",
                "UPDATE orders SET total_cents = 0 WHERE id = 11",
                // PostgreSQL's own hash of a bigint folds these two numbers into one.
                "UPDATE orders SET total_cents = 4294967297 WHERE id = 11",
                "UPDATE orders SET total_cents = -1 WHERE id = 11",
                "UPDATE orders o SET total_cents = p.total_cents FROM orders p WHERE o.id IN (20, 30) AND p.id = 50 - o.id",
                "DELETE FROM orders WHERE id = 40",
                "UPDATE orders SET id = 9001 WHERE id = 41")) {
            database.execute(change);
            digests.add(digest(scene));
        }

        assertThat(digests).doesNotHaveDuplicates();
        database.execute("UPDATE orders SET total = -total WHERE total_cents > 100");
        assertThat(digest(scene)).as("other columns are none of its business").isEqualTo(digests.get(8));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 16, 18})
    void tellsValuesOfEveryTypeApart(int version) throws Exception {
        try (TestDatabase database = Clusters.postgres(version).freshDatabase()) {
            database.execute(
                    "CREATE TABLE orders (a text, b text, PRIMARY KEY (a, b))", "INSERT INTO orders VALUES ('k', 'l')");
            for (List<String> type : VALUES) {
                database.execute("ALTER TABLE orders ADD v " + type.get(0));
                assertThat(digests(database, type)).as(type.get(0)).doesNotHaveDuplicates();
                database.execute("ALTER TABLE orders DROP v");
            }
        }
    }

    private static List<String> digests(TestDatabase database, List<String> type) throws Exception {
        Migration.Fill fill = new Migration.Fill("NULL", Migration.Keep.DERIVED);
        List<Column> key = List.of(new Column("a", "text"), new Column("b", "text"));
        Migration migration =
                new Migration(Scene.NAME, Scene.DATABASE, Scene.ORDERS, key, new Column("v", type.get(0)), fill);
        List<String> digests = new ArrayList<>();
        for (String value : type.subList(1, type.size())) {
            database.execute("UPDATE orders SET v = " + value);
            digests.add(digest(new Scene(database, migration)));
        }
        return digests;
    }

    @Test
    void tellsKeysApartThatLookAlikeInOneText(TestDatabase database) throws Exception {
        Column a = new Column("a", "text");
        Column b = new Column("b", "text");
        database.execute("CREATE TABLE orders (a text, b text, v text, PRIMARY KEY (a, b))");
        Scene scene = new Scene(database, texts(a, b));
        List<String> keys = new ArrayList<>();
        for (String key : List.of("'a', 'bc'", "'ab', 'c'", "'', 'abc'")) {
            database.execute("DELETE FROM orders", "INSERT INTO orders VALUES (" + key + ")");
            keys.add(digest(scene));
        }
        assertThat(keys).doesNotHaveDuplicates();
    }

    private static Migration texts(Column... key) {
        Migration.Fill fill = new Migration.Fill("NULL", Migration.Keep.DERIVED);
        return new Migration(Scene.NAME, Scene.DATABASE, Scene.ORDERS, List.of(key), new Column("v", "text"), fill);
    }

    @Test
    void goesOnWhereAKilledWorkerStopped(TestDatabase database) throws Exception {
        Scene scene = filled(database).cutAt(new long[0]);
        // Unknown how large: it is walked in batches.
        database.execute("UPDATE infill.range SET planned_rows = 0");
        scene.open(2, TaskKind.VERIFY);
        Stop stop = new Stop();
        try (Bench killed = new Bench(scene, "w1")) {
            LaneWork begun = killed.task(2, TaskKind.VERIFY, 0);
            killed.watcher().afterBatch(stop::raise);
            begun.turn(stop);
        }
        assertThat(scene.number("SELECT rows_read FROM infill.range")).isBetween(1L, ROWS - 1L);
        assertThat(database.value(OVER_ALL)).isNotEqualTo(digest(scene));

        try (Bench next = new Bench(scene, "w2")) {
            next.work(2, TaskKind.VERIFY, 0);
        }

        assertThat(scene.state(0)).isEqualTo("done");
        assertThat(database.value(OVER_ALL)).isEqualTo(digest(scene));
        assertThat(scene.number("SELECT retaken FROM infill.range")).isEqualTo(1);
        assertThat(database.value("SELECT digested_at IS NOT NULL AND compare_seconds >= 0 FROM infill.range"))
                .isEqualTo("t");
    }

    @Test
    void keepsWhatTheFirstLookSawThroughALookAtSuspects(TestDatabase database) throws Exception {
        Scene scene = filled(database).cutAt(new long[0]);
        database.execute("UPDATE orders SET total_cents = 1 WHERE id = 78");
        String seen = digest(scene);
        scene.open(2, TaskKind.VERIFY);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(2, TaskKind.VERIFY, 0);
            database.execute("UPDATE orders SET total_cents = round(total * 100) WHERE id = 78");
            scene.open(3, TaskKind.RECHECK);
            bench.work(3, TaskKind.RECHECK, 0);
        }

        assertThat(scene.state(0)).isEqualTo("done");
        assertThat(database.value(OVER_ALL)).isEqualTo(seen).isNotEqualTo(digest(scene));
    }

    @Test
    void isForgottenByAFill(TestDatabase database) throws Exception {
        Scene scene = filled(database).cutAt(new long[0]);
        verified(scene);
        scene.open(3, TaskKind.FILL);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(3, TaskKind.FILL, 0);
        }

        assertThat(database.value(OVER_ALL)).isNull();
    }

    @Test
    void aLedgerOfAnOlderVersionGetsWhatItLacks(TestDatabase database) throws Exception {
        filled(database).cutAt(17);
        database.execute("ALTER TABLE infill.range DROP digest, DROP digested_at, DROP compare_seconds, DROP retaken,"
                + " DROP errors, DROP error_seen");

        try (Connection connection = database.connect()) {
            LedgerSchema.createIfMissing(connection);
        }

        assertThat(database.value("SELECT sum(errors + retaken) FROM infill.range WHERE digest IS NULL"))
                .isEqualTo("0");
    }

    private static Scene filled(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, ROWS);
        database.execute("UPDATE orders SET total_cents = round(total * 100)::bigint");
        return scene;
    }

    /** The digest over all ranges, as a verify pass leaves it. */
    private static String verified(Scene scene) throws Exception {
        scene.open(2, TaskKind.VERIFY);
        try (Bench bench = new Bench(scene, "w1")) {
            for (int range = 0; range < scene.number("SELECT count(*) FROM infill.range"); range++) {
                bench.work(2, TaskKind.VERIFY, range);
            }
        }
        return String.valueOf(scene.database().value(OVER_ALL));
    }

    /** The digest of the table in one statement, in a session of ours. */
    private static String digest(Scene scene) throws Exception {
        Migration migration = scene.migration();
        try (Connection connection = Sessions.open(scene.target(), Manners.of("infill test"));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT " + RowDigest.sql(migration, migration.table().quoted()) + " FROM "
                                + migration.table().quoted())) {
            result.next();
            return result.getString(1);
        }
    }
}
