package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.Column;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.Migration.Transform;
import dev.infill.protocol.TaskKind;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.transform.Row;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ClusterExtension.class)
class TransformedRowsIT {
    private static final String WRONG =
            "SELECT count(*) FROM orders WHERE total_cents IS DISTINCT FROM round(total * 100)::bigint";

    /** What {@code round(total * 100)} is, by code; refuses what is above a limit. */
    public static final class Cents implements dev.infill.transform.Transform {
        private static final BigDecimal LIMIT = new BigDecimal(1_000_000);

        @Override
        public @Nullable Object value(Row row) {
            BigDecimal total = row.get("total", BigDecimal.class);
            if (total != null && total.compareTo(LIMIT) > 0) {
                throw new IllegalArgumentException("too much: " + total);
            }
            return total == null ? null : total.movePointRight(2).longValue();
        }
    }

    /** An application that changes a row while its value is being computed from what it was. */
    public static final class Overtaken implements dev.infill.transform.Transform {
        @Override
        public @Nullable Object value(Row row) throws SQLException {
            BigDecimal total = row.get("total", BigDecimal.class);
            if (total != null && total.compareTo(BigDecimal.ONE) == 0) {
                try (Connection application = DriverManager.getConnection(System.getProperty("infill.test.overtaken"));
                        Statement statement = application.createStatement()) {
                    statement.execute("UPDATE orders SET total = 77 WHERE id = 10");
                }
            }
            return total == null ? null : total.movePointRight(2).longValue();
        }
    }

    /** Something that can't be computed a second time. */
    public static final class Chance implements dev.infill.transform.Transform {
        @Override
        public Object value(Row row) {
            return System.nanoTime();
        }

        @Override
        public boolean isDeterministic() {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rowsAreFilledVerifiedAndRepairedByCode(boolean byPages, TestDatabase database) throws Exception {
        Scene scene = cut(scene(database, 12_000, Cents.class, Keep.DERIVED), byPages);
        int ranges = (int) scene.number("SELECT count(*) FROM infill.range");
        try (Bench bench = new Bench(scene, "w1")) {
            work(bench, 1, TaskKind.FILL, ranges);
            assertThat(scene.number(WRONG)).isZero();

            // With room in their pages they stay where the range looks for them.
            database.execute("VACUUM orders", "UPDATE orders SET total_cents = 1 WHERE id IN (78, 11999)");
            scene.open(2, TaskKind.VERIFY);
            work(bench, 2, TaskKind.VERIFY, ranges);
            assertThat(database.value("SELECT string_agg(key[1], ' ' ORDER BY key) FROM infill.suspect"))
                    .isEqualTo("11999 78");

            scene.open(3, TaskKind.RECHECK);
            work(bench, 3, TaskKind.RECHECK, ranges);
            assertThat(scene.number("SELECT sum(mismatches) FROM infill.range")).isEqualTo(2);
            assertThat(scene.number(WRONG)).isZero();

            database.execute("UPDATE orders SET total = total + 1 WHERE id % 10 = 0");
            bench.finish(bench.changes(0, changed(12_000)));
            assertThat(scene.number(WRONG + " AND id % 10 = 0")).isZero();
        }
    }

    @Test
    void aRowThatChangesWhileItIsComputedIsLeftToItsRepair(TestDatabase database) throws Exception {
        Scene scene = cut(scene(database, 100, Overtaken.class, Keep.DERIVED), false);
        System.setProperty("infill.test.overtaken", database.jdbcUrl());
        try (Bench bench = new Bench(scene, "w1")) {
            work(bench, 1, TaskKind.FILL, 1);
            assertThat(database.value(
                            "SELECT total || ' ' || coalesce(total_cents::text, 'none') FROM orders WHERE id = 10"))
                    .isEqualTo("77 none");

            scene.open(2, TaskKind.VERIFY);
            bench.finish(bench.changes(0, new KeyChanged(Scene.ORDERS, Key.of("10"), 1, 0, 0)));
            work(bench, 2, TaskKind.VERIFY, 1);
            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(scene.number(WRONG)).isZero();
        } finally {
            System.clearProperty("infill.test.overtaken");
        }
    }

    @Test
    void aRowThatCodeRefusesIsSetAsideAndTheOthersAreFilled(TestDatabase database) throws Exception {
        Scene scene = cut(scene(database, 3000, Cents.class, Keep.DERIVED), false);
        database.execute("UPDATE orders SET total = 2000000 WHERE id IN (5, 2995)");
        try (Bench bench = new Bench(scene, "w1")) {
            work(bench, 1, TaskKind.FILL, 1);

            assertThat(database.value(
                            "SELECT string_agg(key[1] || ' ' || sqlstate, ', ' ORDER BY key) FROM infill.rejected"))
                    .isEqualTo("2995 P0001, 5 P0001");
            assertThat(scene.number(WRONG)).isEqualTo(2);

            database.execute("UPDATE orders SET total = 2 WHERE id = 5");
            bench.finish(bench.changes(0, new KeyChanged(Scene.ORDERS, Key.of("5"), 1, 0, 0)));
            assertThat(database.value("SELECT string_agg(key[1], ' ') FROM infill.rejected"))
                    .isEqualTo("2995");
        }
    }

    @Test
    void whatCannotBeComputedAgainMustNotPromiseToBeVerified(TestDatabase database) throws Exception {
        Scene scene = cut(scene(database, 100, Chance.class, Keep.DERIVED), false);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.task(1, TaskKind.FILL, 0).turn(Bench.NEVER);

            assertThat(database.value("SELECT standing || ': ' || problem FROM infill.migration"))
                    .startsWith("failed: the transform " + Chance.class.getName() + " is not deterministic");
        }
    }

    @Test
    void whatCannotBeComputedAgainIsWrittenOnce(TestDatabase database) throws Exception {
        Scene scene = cut(scene(database, 1000, Chance.class, Keep.ONCE), false);
        database.execute("UPDATE orders SET total_cents = 7 WHERE id = 7");
        try (Bench bench = new Bench(scene, "w1")) {
            work(bench, 1, TaskKind.FILL, 1);
            scene.open(2, TaskKind.VERIFY);
            work(bench, 2, TaskKind.VERIFY, 1);

            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents IS NULL"))
                    .isZero();
            assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 7"))
                    .isEqualTo(7);
        }
    }

    private static void work(Bench bench, int pass, TaskKind kind, int ranges) throws InterruptedException {
        for (int range = 0; range < ranges; range++) {
            bench.work(pass, kind, range);
        }
    }

    private static Object[] changed(int rows) {
        return java.util.stream.IntStream.rangeClosed(1, rows)
                .filter(id -> id % 10 == 0)
                .mapToObj(id -> new KeyChanged(Scene.ORDERS, Key.of(Integer.toString(id)), 1, 0, 0))
                .toArray();
    }

    private static Scene scene(TestDatabase database, int rows, Class<?> code, Keep keep) throws SQLException {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, total_cents bigint)",
                "INSERT INTO orders SELECT i, CASE WHEN i % 7 <> 0 THEN i / 10.0 END FROM generate_series(1, " + rows
                        + ") i",
                "CREATE INDEX ON orders (total)",
                "ANALYZE orders");
        return Scene.of(
                database,
                Scene.ORDERS,
                List.of(new Column("id", "bigint")),
                new Column("total_cents", "bigint"),
                new Fill(Fill.NOTHING, keep, null, new Transform(code.getName(), List.of("total"))));
    }

    private static Scene cut(Scene scene, boolean byPages) throws SQLException {
        return byPages ? scene.cutByPages(40) : scene.cutAt(new long[0]);
    }
}
