package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.TaskKind;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class VerifyIT {
    @Test
    void findsNothingWhereAllIsRight(TestDatabase database) throws Exception {
        Scene scene = filled(database, 3000);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(2, TaskKind.VERIFY, 0);

            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(scene.number("SELECT rows_read FROM infill.range")).isEqualTo(3000);
            assertThat(scene.number("SELECT rows_changed FROM infill.range")).isZero();
            assertThat(scene.number("SELECT count(*) FROM infill.range WHERE verified_at IS NOT NULL"))
                    .isEqualTo(1);
        }
    }

    @Test
    void findsPlantedValuesAndSkippedRows(TestDatabase database) throws Exception {
        Scene scene = filled(database, 3000);
        database.execute(
                "UPDATE orders SET total_cents = 1 WHERE id = 78",
                "UPDATE orders SET total_cents = NULL WHERE id = 2999");
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(2, TaskKind.VERIFY, 0);

            assertThat(scene.state(0)).isEqualTo("suspect");
            assertThat(database.value("SELECT string_agg(key[1], ' ' ORDER BY key) FROM infill.suspect"))
                    .isEqualTo("2999 78");
            assertThat(scene.wrongRows()).isEqualTo(2);
            assertThat(scene.number("SELECT count(*) FROM infill.range WHERE verified_at IS NOT NULL"))
                    .isZero();
        }
    }

    @Test
    void tellsAMovingRowFromAMismatch(TestDatabase database) throws Exception {
        Scene scene = filled(database, 3000);
        database.execute("UPDATE orders SET total_cents = 1 WHERE id IN (78, 79, 80, 81)");
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(2, TaskKind.VERIFY, 0);
            database.execute(
                    "UPDATE orders SET total_cents = 2 WHERE id = 79",
                    "UPDATE orders SET total_cents = round(total * 100) WHERE id = 80",
                    "DELETE FROM orders WHERE id = 81");
            scene.open(3, TaskKind.RECHECK);

            bench.work(3, TaskKind.RECHECK, 0);

            assertThat(scene.state(0)).isEqualTo("mismatched");
            assertThat(scene.number("SELECT mismatches FROM infill.range")).isEqualTo(1);
            assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 78"))
                    .isEqualTo(780);
            assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 79"))
                    .isEqualTo(2);
            assertThat(database.value("SELECT string_agg(key[1], ' ') FROM infill.suspect"))
                    .isEqualTo("79");
            assertThat(database.value("SELECT row_version FROM infill.suspect"))
                    .isEqualTo(database.value("SELECT xmin::text FROM orders WHERE id = 79"));
        }
    }

    @Test
    void looksAtAMovingRowAgainUntilItStands(TestDatabase database) throws Exception {
        Scene scene = filled(database, 100);
        database.execute("UPDATE orders SET total_cents = 1 WHERE id = 79");
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(2, TaskKind.VERIFY, 0);
            database.execute("UPDATE orders SET total_cents = 2 WHERE id = 79");
            scene.open(3, TaskKind.RECHECK);
            database.execute("UPDATE infill.range SET rows_read = 100"); // as a coordinator leaves it
            bench.work(3, TaskKind.RECHECK, 0);
            assertThat(scene.state(0)).isEqualTo("suspect");
            assertThat(scene.number("SELECT rows_read FROM infill.range")).isEqualTo(100);

            database.execute("UPDATE orders SET total_cents = 790 WHERE id = 79");
            scene.open(4, TaskKind.RECHECK);
            bench.work(4, TaskKind.RECHECK, 0);

            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(scene.number("SELECT mismatches FROM infill.range")).isZero();
            assertThat(scene.number("SELECT count(*) FROM infill.suspect")).isZero();
            assertThat(scene.number("SELECT count(*) FROM infill.range WHERE verified_at IS NOT NULL"))
                    .isEqualTo(1);
        }
    }

    @Test
    void tellsOfEveryRowOfARangeThatWasNeverFilled(TestDatabase database) throws Exception {
        Scene scene = filled(database, 3000);
        database.execute("UPDATE orders SET total_cents = NULL");
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(2, TaskKind.VERIFY, 0);
            assertThat(scene.state(0)).isEqualTo("suspect");

            scene.open(3, TaskKind.RECHECK);
            bench.work(3, TaskKind.RECHECK, 0);

            assertThat(scene.state(0)).isEqualTo("mismatched");
            assertThat(scene.number("SELECT mismatches FROM infill.range")).isEqualTo(3000 - 3000 / 7);
            assertThat(scene.wrongRows()).isZero();
        }
    }

    @Test
    void givesUpARangeWithTooManySuspects(TestDatabase database) throws Exception {
        Scene scene = filled(database, 50_001);
        database.execute("UPDATE orders SET total_cents = 1");
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(2, TaskKind.VERIFY, 0);

            assertThat(scene.state(0)).isEqualTo("overflowed");
            assertThat(scene.number("SELECT count(*) FROM infill.suspect")).isZero();
        }
    }

    @Test
    void takesARowThatCannotBeComputedForASuspect(TestDatabase database) throws Exception {
        Scene scene = filled(database, 3000);
        database.execute("UPDATE orders SET total = 1e30 WHERE id = 1234");
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(2, TaskKind.VERIFY, 0);
            assertThat(scene.state(0)).isEqualTo("suspect");
            scene.open(3, TaskKind.RECHECK);
            bench.work(3, TaskKind.RECHECK, 0);

            assertThat(scene.state(0)).isEqualTo("suspect");
            assertThat(scene.number("SELECT count(*) FROM infill.rejected")).isEqualTo(1);
            database.execute("UPDATE orders SET total = 1, total_cents = 100 WHERE id = 1234");
            scene.open(4, TaskKind.RECHECK);
            bench.work(4, TaskKind.RECHECK, 0);
            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(scene.number("SELECT count(*) FROM infill.rejected")).isZero();
        }
    }

    @Test
    void leavesValuesOfTheApplicationAloneWhereBothWrite(TestDatabase database) throws Exception {
        Scene scene = filled(database, 100);
        database.execute(
                "UPDATE orders SET total_cents = 1 WHERE id = 1",
                "UPDATE orders SET total_cents = NULL WHERE id = 2",
                "UPDATE infill.migration SET ownership = 'dual'");
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(2, TaskKind.VERIFY, 0);

            assertThat(database.value("SELECT string_agg(key[1], ' ') FROM infill.suspect"))
                    .isEqualTo("2");
        }
    }

    /** Filled and opened for a verification in pass 2. */
    private static Scene filled(TestDatabase database, int rows) throws Exception {
        Scene scene = Scene.orders(database, rows).cutAt(new long[0]);
        database.execute("UPDATE orders SET total_cents = round(total * 100)::bigint");
        scene.open(2, TaskKind.VERIFY);
        return scene;
    }
}
