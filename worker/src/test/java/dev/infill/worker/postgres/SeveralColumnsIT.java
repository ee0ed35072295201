package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.Migration.Value;
import dev.infill.protocol.TaskKind;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A migration of more than one column: each row is written once, and no column at another's cost. */
@ExtendWith(ClusterExtension.class)
class SeveralColumnsIT {
    private static final String WRONG = "SELECT count(*) FROM orders"
            + " WHERE total_cents IS DISTINCT FROM round(total * 100)::bigint OR doubled IS DISTINCT FROM total * 2";

    private static Scene scene(TestDatabase database, Keep keep) throws SQLException {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, total_cents bigint, doubled numeric)",
                "INSERT INTO orders SELECT i, CASE WHEN i % 7 <> 0 THEN i / 10.0 END FROM generate_series(1, 3000) i",
                "ANALYZE orders");
        return Scene.of(
                        database,
                        new Migration(
                                Scene.NAME,
                                Scene.DATABASE,
                                Scene.ORDERS,
                                List.of(new Column("id", "bigint")),
                                new Column("total_cents", "bigint"),
                                new Fill("round(total * 100)::bigint", keep),
                                List.of(),
                                List.of(new Value(new Column("doubled", "numeric"), "total * 2"))))
                .cutAt(new long[0]);
    }

    private static void work(Scene scene, int pass, TaskKind kind) throws Exception {
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(pass, kind, 0);
        }
    }

    @Test
    void areFilledInOneWriteOfEachRow(TestDatabase database) throws Exception {
        Scene scene = scene(database, Keep.DERIVED);
        database.execute("UPDATE orders SET doubled = total * 2 WHERE id % 2 = 0");

        work(scene, 1, TaskKind.FILL);

        assertThat(scene.number(WRONG)).isZero();
        assertThat(scene.number("SELECT rows_changed FROM infill.range"))
                .isEqualTo(scene.number("SELECT count(*) FROM orders WHERE total IS NOT NULL"));
    }

    @Test
    void areLeftAsTheyAreWhereTheyWereWrittenBefore(TestDatabase database) throws Exception {
        Scene scene = scene(database, Keep.ONCE);
        database.execute(
                "UPDATE orders SET doubled = -1 WHERE id % 2 = 0",
                "UPDATE orders SET total_cents = -1 WHERE id % 3 = 0");

        work(scene, 1, TaskKind.FILL);

        assertThat(scene.number("SELECT count(*) FROM orders WHERE doubled IS DISTINCT FROM"
                        + " CASE WHEN id % 2 = 0 THEN -1 ELSE total * 2 END"))
                .isZero();
        assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents IS DISTINCT FROM"
                        + " CASE WHEN id % 3 = 0 THEN -1 ELSE round(total * 100)::bigint END"))
                .isZero();
    }

    @Test
    void areVerifiedAlike(TestDatabase database) throws Exception {
        Scene scene = scene(database, Keep.DERIVED);
        work(scene, 1, TaskKind.FILL);
        database.execute(
                "UPDATE orders SET doubled = -1 WHERE id = 5", "UPDATE orders SET total_cents = -1 WHERE id = 6");

        scene.open(2, TaskKind.VERIFY);
        work(scene, 2, TaskKind.VERIFY);

        assertThat(database.value("SELECT string_agg(key::text, ' ' ORDER BY key) FROM infill.suspect"))
                .isEqualTo("{5} {6}");
    }

    @Test
    void haveADigestThatNoticesValuesThatChangePlaces(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE pairs (id bigint PRIMARY KEY, a bigint, b bigint)",
                "INSERT INTO pairs VALUES (1, 10, 20)");
        Migration migration = new Migration(
                "pairs",
                Scene.DATABASE,
                Scene.ORDERS,
                List.of(new Column("id", "bigint")),
                new Column("a", "bigint"),
                new Fill("1", Keep.DERIVED),
                List.of(),
                List.of(new Value(new Column("b", "bigint"), "2")));
        String digest = "SELECT " + RowDigest.sql(migration, "pairs") + " FROM pairs";
        Object before = database.value(digest);

        database.execute("UPDATE pairs SET a = b, b = a");

        assertThat(database.value(digest)).isNotEqualTo(before);
    }
}
