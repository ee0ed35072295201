package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.VisibilityGate;
import dev.infill.protocol.Change.BarrierReached;
import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.DeadLetter;
import dev.infill.protocol.Directive.Order;
import dev.infill.protocol.Key;
import dev.infill.protocol.TableName;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class RepairIT {
    @Test
    void makesChangedRowsRightAndCountsThem(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.finish(bench.changes(3, changed(5), changed(6), changed(5), changed(7), changed(1000)));

            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents = id * 10"))
                    .isEqualTo(2);
            assertThat(database.value("SELECT partition || '/' || changes || '/' || repaired FROM infill.repair"))
                    .isEqualTo("3/5/2");
            assertThat(bench.watcher().repairs())
                    .singleElement()
                    .satisfies(repairs -> assertThat(repairs.stalenessMicros()).hasSize(5));
        }
    }

    @Test
    void isIdempotentAndFreeOfOrder(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 300);
        Random random = new Random(42);
        try (Bench bench = new Bench(scene, "w1")) {
            for (int round = 0; round < 20; round++) {
                database.execute("UPDATE orders SET total = total + 1 WHERE id % 20 = " + round);
                Object[] changes =
                        random.ints(200, 1, 301).mapToObj(RepairIT::changed).toArray();
                bench.finish(bench.changes(0, changes));
            }
            Object[] all =
                    new Random(1).ints(5000, 1, 301).mapToObj(RepairIT::changed).toArray();
            bench.finish(bench.changes(0, all));
            assertThat(scene.wrongRows()).isZero();
            long repaired = scene.number("SELECT repaired FROM infill.repair");

            bench.finish(bench.changes(0, all));

            assertThat(scene.number("SELECT repaired FROM infill.repair")).isEqualTo(repaired);
        }
    }

    @Test
    void waitsForATransactionThatIsNotVisibleYetAndHoldsTheBarrierBack(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        database.execute("INSERT INTO infill.barrier (partitions) VALUES (1)");
        try (Bench bench = new Bench(scene, "w1");
                Connection application = database.connect();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("INSERT INTO orders VALUES (500, 50)");
            long xid = xid(statement);
            LaneWork work = bench.changes(
                    0, new KeyChanged(Scene.ORDERS, Key.of("500"), xid & 0xFFFF_FFFFL, 0, 0), new BarrierReached(1));

            for (int i = 0; i < 5; i++) {
                assertThat(work.turn(Bench.NEVER).over()).isFalse();
            }
            assertThat(scene.number("SELECT count(*) FROM infill.barrier_passed"))
                    .isZero();

            application.commit();
            bench.finish(work);
            assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 500"))
                    .isEqualTo(5000);
            assertThat(scene.number("SELECT count(*) FROM infill.barrier_passed"))
                    .isEqualTo(1);
        }
    }

    @Test
    void reportsABarrierOnlyWhenALockedRowBeforeItIsRepaired(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        database.execute("INSERT INTO infill.barrier (partitions) VALUES (1)");
        try (Bench bench = new Bench(scene, "w1");
                Connection application = database.connect();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("SELECT FROM orders WHERE id = 5 FOR UPDATE");
            LaneWork work =
                    bench.changes(0, changed(4), changed(5), changed(6), new BarrierReached(1), new BarrierReached(99));

            assertThat(work.turn(Bench.NEVER).over()).isFalse();
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents IS NOT NULL"))
                    .isEqualTo(2);
            assertThat(scene.number("SELECT count(*) FROM infill.barrier_passed"))
                    .isZero();

            application.rollback();
            bench.finish(work);
            assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 5"))
                    .isEqualTo(50);
            assertThat(scene.number("SELECT count(*) FROM infill.barrier_passed"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aLockedRowHoldsUpItsOwnPartitionAndNotThoseRepairedTogetherWithIt(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        database.execute("INSERT INTO infill.barrier (partitions) VALUES (2)");
        try (Bench bench = new Bench(scene, "w1");
                Connection application = database.connect();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("SELECT FROM orders WHERE id = 5 FOR UPDATE");
            LaneWork work = bench.together(
                    Bench.portion(3, changed(4), changed(5), new BarrierReached(1)),
                    Bench.portion(4, changed(6), new BarrierReached(1)));

            assertThat(work.turn(Bench.NEVER).over()).isFalse();
            assertThat(work.isOver(Bench.place(3))).isFalse();
            assertThat(work.isOver(Bench.place(4))).isTrue();
            assertThat(database.value("SELECT string_agg(partition::text, ',') FROM infill.barrier_passed"))
                    .isEqualTo("4");

            application.rollback();
            bench.finish(work);
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents = id * 10"))
                    .isEqualTo(3);
            assertThat(scene.number("SELECT count(*) FROM infill.barrier_passed"))
                    .isEqualTo(2);
        }
    }

    @Test
    void aRecordThatCannotBeReadHoldsUpItsOwnPartitionAlone(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        database.execute("INSERT INTO infill.barrier (partitions) VALUES (2)");
        try (Bench bench = new Bench(scene, "w1")) {
            LaneWork work = bench.together(
                    Bench.portion(3, changed(4), "no change"), Bench.portion(4, changed(6), new BarrierReached(1)));

            assertThat(work.turn(Bench.NEVER).over()).isFalse();

            assertThat(work.isOver(Bench.place(3))).isFalse();
            assertThat(work.isOver(Bench.place(4))).isTrue();
            assertThat(database.value("SELECT string_agg(id::text, ',') FROM orders WHERE total_cents = id * 10"))
                    .isEqualTo("6");
        }
    }

    @Test
    void setsPoisonedRowsAsideAndTakesThemBackWhenTheyAreMended(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        database.execute("UPDATE orders SET total = 1e30 WHERE id = 6");
        try (Bench bench = new Bench(scene, "w1")) {
            bench.finish(bench.changes(0, changed(4), changed(5), changed(6), changed(8)));

            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents IS NOT NULL"))
                    .isEqualTo(3);
            assertThat(database.value("SELECT key[1] || '/' || sqlstate FROM infill.rejected WHERE range IS NULL"))
                    .isEqualTo("6/22003");
            assertThat(bench.watcher().letters()).extracting(DeadLetter::key).containsExactly(Key.of("6"));

            database.execute("UPDATE orders SET total = 1 WHERE id = 6");
            bench.finish(bench.changes(0, changed(6)));
            assertThat(scene.number("SELECT count(*) FROM infill.rejected")).isZero();
        }
    }

    @Test
    void writesOnlyWhatItsOwnershipAllows(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        try (Bench bench = new Bench(scene, "w1")) {
            database.execute(
                    "UPDATE orders SET total_cents = 1 WHERE id = 5", "UPDATE infill.migration SET ownership = 'dual'");
            bench.finish(bench.changes(0, changed(5), changed(6)));
            assertThat(database.value("SELECT string_agg(total_cents::text, ' ' ORDER BY id) FROM orders"
                            + " WHERE id IN (5, 6)"))
                    .isEqualTo("1 60");

            database.execute("UPDATE infill.migration SET ownership = 'application'");
            bench.finish(bench.changes(0, changed(5), changed(8)));

            assertThat(database.value("SELECT total_cents FROM orders WHERE id = 8"))
                    .isNull();
            assertThat(database.value("SELECT changes || '/' || repaired || '/' || differing FROM infill.repair"))
                    .isEqualTo("4/1/3");
        }
    }

    @Test
    void goesOnWhileTasksAreHeldAndEndsWithTheMigration(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.direct(Order.HOLD, 0);
            bench.finish(bench.changes(0, changed(5)));
            bench.direct(Order.END, 0);
            bench.finish(bench.changes(0, changed(6)));

            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents IS NOT NULL"))
                    .isEqualTo(1);
        }
    }

    @Test
    void passesOverChangesThatNoMigrationIsInterestedIn(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        database.execute("DELETE FROM infill.migration");
        try (Bench bench = new Bench(scene, "w1")) {
            bench.finish(bench.changes(
                    0, changed(5), new KeyChanged(new TableName("public", "other"), Key.of("1"), 3, 0, 0)));

            assertThat(scene.number("SELECT count(*) FROM infill.repair")).isZero();
        }
    }

    /** As the reader says it of a row that is gone, where the replica identity is an index without the key. */
    @Test
    void aKeyThatCannotBeReadIsTheKeyOfNoRow(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        try (Bench bench = new Bench(scene, "w1")) {
            KeyChanged gone = new KeyChanged(Scene.ORDERS, Key.of(""), 3, 0, 0);

            bench.finish(bench.changes(0, changed(5), gone, changed(6)));

            assertThat(scene.number("SELECT count(*) FROM orders WHERE id IN (5, 6) AND total_cents = total * 100"))
                    .isEqualTo(2);
            assertThat(scene.number("SELECT count(*) FROM infill.rejected")).isZero();
            assertThat(scene.number("SELECT changes FROM infill.repair")).isEqualTo(3);
        }
    }

    @Test
    void keepsItsChangesWhenTheColumnIsGone(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        try (Bench bench = new Bench(scene, "w1")) {
            database.execute("ALTER TABLE orders DROP COLUMN total_cents");
            LaneWork work = bench.changes(0, changed(5));

            assertThat(work.turn(Bench.NEVER).over()).isFalse();
            assertThat(database.value("SELECT standing FROM infill.migration")).isEqualTo("failed");

            database.execute("ALTER TABLE orders ADD COLUMN total_cents bigint");
            bench.finish(work);
            assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 5"))
                    .isEqualTo(50);
        }
    }

    @Test
    void doesNotWaitForEverForATransactionThatTheServerNeverBegan(TestDatabase database) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            List<Long> future = List.of((xid(statement) + 100_000) & 0xFFFF_FFFFL);

            assertThat(VisibilityGate.isOpen(connection, future, Duration.ZERO)).isFalse();
            assertThat(VisibilityGate.isOpen(connection, future, Duration.ofSeconds(6)))
                    .isTrue();
        }
    }

    private static KeyChanged changed(int id) {
        return new KeyChanged(Scene.ORDERS, Key.of(Integer.toString(id)), 3, 0, 0);
    }

    private static long xid(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("SELECT pg_current_xact_id()::text::bigint")) {
            result.next();
            return result.getLong(1);
        }
    }
}
