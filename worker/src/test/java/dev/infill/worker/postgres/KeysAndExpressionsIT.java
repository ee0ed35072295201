package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.Column;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.TableName;
import dev.infill.protocol.TaskKind;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class KeysAndExpressionsIT {
    @Test
    void walksAKeyOfTwoColumns(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE orders (region text, id int, total_cents bigint, PRIMARY KEY (region, id))",
                "INSERT INTO orders SELECT chr(97 + i % 5), i, NULL FROM generate_series(1, 4000) i");
        Scene scene = Scene.of(database, List.of(new Column("region", "text"), new Column("id", "integer")), "id * 2")
                .cutAt(new Key(List.of("b", "2001")));

        everything(scene, new Key(List.of("c", "2")));
    }

    @Test
    void walksUuids(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE orders (id uuid PRIMARY KEY, total_cents bigint)",
                "INSERT INTO orders SELECT md5(i::text)::uuid, NULL FROM generate_series(1, 3000) i");
        Scene scene = Scene.of(database, List.of(new Column("id", "uuid")), "length(id::text)")
                .cutAt(Key.of("80000000-0000-0000-0000-000000000000"));

        everything(scene, Key.of(String.valueOf(database.value("SELECT min(id::text) FROM orders"))));
    }

    @Test
    void walksTextsWithQuotesBackslashesAndCommas(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE orders (id text COLLATE \"C\" PRIMARY KEY, total_cents bigint)",
                "INSERT INTO orders SELECT chr(33 + i % 90) || '\",''\\{}' || i, NULL FROM generate_series(1, 3000) i",
                "INSERT INTO orders VALUES ('', NULL), ('NULL', NULL)");
        Scene scene = Scene.of(database, List.of(new Column("id", "text")), "length(id)")
                .cutAt(Key.of("\\\"'"));

        everything(scene, Key.of("NULL"));
    }

    @Test
    void walksPointsInTime(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE orders (at timestamptz, kind char(3), total_cents bigint, PRIMARY KEY (at, kind))",
                "INSERT INTO orders SELECT timestamptz '2026-01-01 00:00:00.000001+02' + i * interval '1 minute', 'a', NULL"
                        + " FROM generate_series(1, 3000) i");
        Scene scene = Scene.of(
                        database,
                        List.of(new Column("at", "timestamp with time zone"), new Column("kind", "character(3)")),
                        "extract(epoch FROM at)::bigint")
                .cutAt(new Key(List.of("2026-01-01 20:00:00+01", "a")));

        everything(scene, new Key(List.of(String.valueOf(database.value("SELECT max(at)::text FROM orders")), "a")));
    }

    @Test
    void quotesNamesAsTheyAre(TestDatabase database) throws Exception {
        database.execute(
                "CREATE SCHEMA \"Odd Schema\"",
                "CREATE TABLE \"Odd Schema\".\"Or\"\"ders?\" (\"Key\" bigint PRIMARY KEY, key text, range int, \"Cents\" text)",
                "INSERT INTO \"Odd Schema\".\"Or\"\"ders?\" SELECT i, 'k' || i, i FROM generate_series(1, 2000) i");
        Scene scene = Scene.of(
                        database,
                        new TableName("Odd Schema", "Or\"ders?"),
                        List.of(new Column("Key", "bigint")),
                        new Column("Cents", "text"),
                        new Fill("key || range || \"Or\"\"ders?\".\"Key\"", Keep.DERIVED))
                .cutAt(1000);

        everything(scene, Key.of("17"));
    }

    @Test
    void bearsQuestionMarksAndACommentAtTheEndOfAnExpression(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, body jsonb, total_cents bigint)",
                "INSERT INTO orders SELECT i, jsonb_build_object('a' || i % 3, 1), NULL FROM generate_series(1, 2000) i");
        Scene scene = Scene.of(
                        database,
                        List.of(new Column("id", "bigint")),
                        "CASE WHEN body ?| ARRAY['a1'] THEN 1 WHEN orders.body ? 'a2' THEN length('??') END -- 'why?")
                .cutAt(1000);

        everything(scene, Key.of("5"));
    }

    @Test
    void writesWhatIsToBeWrittenOnceOnlyWhereNothingIs(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total_cents double precision)",
                "INSERT INTO orders SELECT i, CASE WHEN i % 2 = 0 THEN 7 END FROM generate_series(1, 2000) i");
        Scene scene = Scene.of(
                        database,
                        Scene.ORDERS,
                        List.of(new Column("id", "bigint")),
                        new Column("total_cents", "double precision"),
                        new Fill("random()", Keep.ONCE))
                .cutAt(new long[0]);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(1, TaskKind.FILL, 0);
            scene.open(2, TaskKind.VERIFY);
            bench.work(2, TaskKind.VERIFY, 0);

            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents = 7"))
                    .isEqualTo(1000);
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents IS NULL"))
                    .isZero();
        }
    }

    @Test
    void leavesRowsOutsideTheConditionAsTheyAre(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total int, total_cents bigint)",
                "INSERT INTO orders SELECT i, i % 10, -7 FROM generate_series(1, 2000) i",
                "INSERT INTO orders VALUES (5000, NULL, -7)");
        Fill fill = new Fill("100 / total", Keep.DERIVED, "total > 4 -- and no zero");
        Scene scene = Scene.of(
                        database,
                        Scene.ORDERS,
                        List.of(new Column("id", "bigint")),
                        new Column("total_cents", "bigint"),
                        fill)
                .cutAt(new long[0]);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(1, TaskKind.FILL, 0);
            scene.open(2, TaskKind.VERIFY);
            bench.work(2, TaskKind.VERIFY, 0);
            database.execute("UPDATE orders SET total = 5 WHERE id = 3", "UPDATE orders SET total = 0 WHERE id = 6");
            bench.finish(bench.changes(
                    0,
                    new KeyChanged(Scene.ORDERS, Key.of("3"), 3, 0, 0),
                    new KeyChanged(Scene.ORDERS, Key.of("6"), 3, 0, 0)));

            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(scene.number("SELECT count(*) FROM infill.rejected")).isZero();
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total > 4 AND total_cents <> 100 / total"))
                    .isZero();
            assertThat(scene.number(
                            "SELECT count(*) FROM orders WHERE (total <= 4 OR total IS NULL) AND total_cents <> -7"))
                    .as("what left the scope keeps what it had")
                    .isEqualTo(1);
            assertThat(scene.number("SELECT repaired FROM infill.repair")).isEqualTo(1);
        }
    }

    /** A small table is read as a whole, and the comparison is cheaper than that of three key columns. */
    @Test
    void doesNotComputeTheExpressionForRowsOutsideTheWindow(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE orders (a int, b int, c int, d int, total_cents bigint, PRIMARY KEY (a, b, c))",
                "INSERT INTO orders SELECT i, i, i, CASE WHEN i = 90 THEN 0 ELSE 1 END, NULL FROM generate_series(1, 100) i",
                "ANALYZE orders");
        List<Column> key = List.of(new Column("a", "integer"), new Column("b", "integer"), new Column("c", "integer"));
        Scene scene = Scene.of(database, key, "1 / d").cutAt(new Key(List.of("50", "50", "50")));
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(1, TaskKind.FILL, 0);
            bench.finish(bench.changes(0, new KeyChanged(Scene.ORDERS, new Key(List.of("60", "60", "60")), 3, 0, 0)));

            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(scene.number("SELECT count(*) FROM infill.rejected")).isZero();
            assertThat(scene.number("SELECT sum(total_cents) FROM orders")).isEqualTo(50);
        }
    }

    /** Fills two ranges, verifies them, spoils them and repairs a row. */
    private static void everything(Scene scene, Key key) throws Exception {
        String table = scene.migration().table().quoted();
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(1, TaskKind.FILL, 0);
            bench.work(1, TaskKind.FILL, 1);
            assertThat(scene.wrongRows()).isZero();
            assertThat(scene.number("SELECT sum(rows_read) FROM infill.range"))
                    .isEqualTo(scene.number("SELECT count(*) FROM " + table));
            assertThat(scene.number("SELECT min(rows_read) FROM infill.range")).isPositive();

            scene.open(2, TaskKind.VERIFY);
            bench.work(2, TaskKind.VERIFY, 0);
            bench.work(2, TaskKind.VERIFY, 1);
            assertThat(scene.number("SELECT count(*) FROM infill.range WHERE state = 'done'"))
                    .isEqualTo(2);

            scene.database()
                    .execute("UPDATE " + table + " SET "
                            + scene.migration().column().quoted() + " = NULL");
            scene.open(3, TaskKind.VERIFY);
            bench.work(3, TaskKind.VERIFY, 0);
            assertThat(scene.state(0)).isIn("suspect", "overflowed");
            bench.finish(bench.changes(0, new KeyChanged(scene.migration().table(), key, 3, 0, 0)));
            assertThat(scene.number("SELECT repaired FROM infill.repair")).isEqualTo(1);

            bench.finish(bench.changes(0, new KeyChanged(scene.migration().table(), key, 3, 0, 0)));
            assertThat(scene.number("SELECT repaired FROM infill.repair")).isEqualTo(1);
        }
    }
}
