package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Column;
import dev.infill.protocol.TaskKind;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import dev.infill.worker.scene.Stop;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class PageRangesIT {
    private static final int ROWS = 5000;

    @Test
    void fillsAndVerifiesATableWhoseKeyIsInRandomOrder(TestDatabase database) throws Exception {
        Scene scene = uuids(database);
        try (Bench bench = new Bench(scene, "w1")) {
            all(bench, 1, TaskKind.FILL);
            assertThat(scene.wrongRows()).isZero();
            assertThat(scene.number("SELECT sum(rows_read) FROM infill.range")).isEqualTo(ROWS);
            scene.open(2, TaskKind.VERIFY);

            all(bench, 2, TaskKind.VERIFY);

            assertThat(scene.number("SELECT count(*) FROM infill.range WHERE state = 'done'"))
                    .isEqualTo(ranges(scene));
        }
    }

    @Test
    void findsPlantedValuesByTheirKeys(TestDatabase database) throws Exception {
        Scene scene = uuids(database);
        try (Bench bench = new Bench(scene, "w1")) {
            all(bench, 1, TaskKind.FILL);
            database.execute("UPDATE orders SET total_cents = -1 WHERE total = 777");
            // The new version may lie in a page that came after the table was cut.
            database.execute(
                    "UPDATE infill.range SET upper_key = '{\"(100000,0)\"}' WHERE number = " + (ranges(scene) - 1));
            scene.open(2, TaskKind.VERIFY);

            all(bench, 2, TaskKind.VERIFY);

            assertThat(database.value("SELECT string_agg(key[1], ' ') FROM infill.suspect"))
                    .isEqualTo(database.value("SELECT id::text FROM orders WHERE total = 777"));
        }
    }

    @Test
    void rejectsAPoisonedRowAndFillsTheRestOfItsPage(TestDatabase database) throws Exception {
        Scene scene = uuids(database, "(1000 / (total - 777))::bigint");
        try (Bench bench = new Bench(scene, "w1")) {
            all(bench, 1, TaskKind.FILL);

            assertThat(database.value("SELECT string_agg(key[1], ' ') FROM infill.rejected"))
                    .isEqualTo(database.value("SELECT id::text FROM orders WHERE total = 777"));
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents IS NULL"))
                    .isEqualTo(1);

            database.execute("DELETE FROM orders WHERE total = 777");
            scene.open(2, TaskKind.FILL);
            all(bench, 2, TaskKind.FILL);
            assertThat(scene.number("SELECT count(*) FROM infill.rejected")).isZero();
        }
    }

    @Test
    void writesNothingOfAFileThatIsNotTheTablesAnyMore(TestDatabase database) throws Exception {
        Scene scene = uuids(database);
        try (Bench bench = new Bench(scene, "w1")) {
            LaneWork begun = bench.task(1, TaskKind.FILL, 0);
            Stop stop = new Stop();
            bench.watcher().afterBatch(stop::raise);
            assertThat(begun.turn(stop).over()).isFalse();
            bench.watcher().afterBatch(() -> {});
            long before = scene.number("SELECT count(total_cents) FROM orders");
            database.execute("VACUUM FULL orders");

            boolean over = begun.turn(Bench.NEVER).over();

            assertThat(over).isTrue();
            assertThat(scene.number("SELECT count(total_cents) FROM orders")).isEqualTo(before);
            assertThat(scene.state(0)).isEqualTo("running");
        }
    }

    @Test
    void anEmptiedTableHasNothingToFill(TestDatabase database) throws Exception {
        Scene scene = uuids(database);
        database.execute("DELETE FROM orders", "VACUUM orders");
        try (Bench bench = new Bench(scene, "w1")) {
            all(bench, 1, TaskKind.FILL);

            assertThat(scene.number("SELECT sum(rows_read) FROM infill.range")).isZero();
            assertThat(scene.state(0)).isEqualTo("done");
        }
    }

    private static Scene uuids(TestDatabase database) throws SQLException {
        return uuids(database, "round(total * 100)::bigint");
    }

    private static Scene uuids(TestDatabase database, String expression) throws SQLException {
        database.execute(
                "CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), total numeric, total_cents bigint)"
                        + " WITH (autovacuum_enabled = off)",
                "INSERT INTO orders (total) SELECT i FROM generate_series(1, " + ROWS + ") i",
                "ANALYZE orders");
        return Scene.of(database, List.of(new Column("id", "uuid")), expression).cutByPages(15);
    }

    private static void all(Bench bench, int pass, TaskKind kind) throws Exception {
        for (int range = 0; range < ranges(bench.scene()); range++) {
            bench.work(pass, kind, range);
        }
    }

    private static int ranges(Scene scene) throws SQLException {
        return (int) scene.number("SELECT count(*) FROM infill.range");
    }
}
