package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.postgres.ledger.DefinitionLedger;
import dev.infill.postgres.ledger.DefinitionLedger.Definition;
import dev.infill.postgres.ledger.OperatorLedger;
import dev.infill.postgres.ledger.OperatorLedger.Act;
import dev.infill.postgres.ledger.OwnershipLedger;
import dev.infill.postgres.ledger.OwnershipLedger.Move;
import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.Key;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.TaskKind;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A value that the application wrote on purpose is 1, which no expression gives. */
@ExtendWith(ClusterExtension.class)
class OwnershipIT {
    private static final Act ANN = new Act("ann", "on purpose");
    private static final Duration SOON = Duration.ofSeconds(20);

    private static KeyChanged changed(int id) {
        return new KeyChanged(Scene.ORDERS, Key.of(Integer.toString(id)), 3, 0, 0);
    }

    private static boolean move(TestDatabase database, Ownership from, Ownership to) {
        try (Connection connection = database.connect()) {
            return OperatorLedger.own(connection, Scene.NAME, new Move(Stage.FILL, from, to), ANN);
        } catch (SQLException e) {
            throw new IllegalStateException("the ownership can't be moved", e);
        }
    }

    private static long onPurpose(Scene scene) throws SQLException {
        return scene.number("SELECT count(*) FROM orders WHERE total_cents = 1");
    }

    @Test
    void aMoveWaitsForTheRepairThatBeganBeforeIt(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        try (Connection repair = database.connect();
                Statement statement = repair.createStatement()) {
            repair.setAutoCommit(false);
            OwnershipLedger.Held held = OwnershipLedger.hold(repair, Scene.NAME).orElseThrow();
            assertThat(held.ownership()).isEqualTo(Ownership.DERIVED);
            statement.execute("UPDATE orders SET total_cents = 50 WHERE id = 5");

            CompletableFuture<Boolean> moved =
                    CompletableFuture.supplyAsync(() -> move(database, Ownership.DERIVED, Ownership.APPLICATION));
            await().atMost(SOON)
                    .until(() -> scene.number(
                                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                                            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
                            == 1);
            assertThat(database.value("SELECT ownership FROM infill.migration")).isEqualTo("derived");
            assertThat(moved).isNotDone();

            repair.commit();
            assertThat(moved.get(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(database.value("SELECT ownership FROM infill.migration")).isEqualTo("application");
        assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 5")).isEqualTo(50);
    }

    @Test
    void aRepairThatLearnedOfAnotherOwnershipBeforeObeysTheOneThatHolds(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        Definition learned;
        try (Connection connection = database.connect()) {
            learned = DefinitionLedger.find(connection, Scene.NAME).orElseThrow();
        }
        database.execute("UPDATE orders SET total_cents = 1 WHERE id = 5");
        assertThat(move(database, Ownership.DERIVED, Ownership.DUAL)).isTrue();

        try (Bench bench = new Bench(scene, "w1");
                WorkerSessions.Loan loan = bench.sessions().borrow(Scene.DATABASE)) {
            ChangeSet changes = new ChangeSet(Map.of(0, List.of(changed(5), changed(6))));
            new RowRepair(learned, 0, bench.surroundings())
                    .repair(loan.session(), changes.chunks(Scene.ORDERS).remove());
        }

        assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 5")).isEqualTo(1);
        assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 6")).isEqualTo(60);
        assertThat(database.value("SELECT changes || '/' || repaired || '/' || differing FROM infill.repair"))
                .isEqualTo("2/1/1");
    }

    @Test
    void aFillThatRunsLosesItsRangeToAMoveAndGoesOnByTheNewRule(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 6000).cutAt(new long[0]);
        database.execute("UPDATE orders SET total_cents = 1");
        AtomicInteger batches = new AtomicInteger();
        try (Bench bench = new Bench(scene, "w1")) {
            bench.watcher().afterBatch(() -> {
                if (batches.incrementAndGet() == 3) {
                    assertThat(move(database, Ownership.DERIVED, Ownership.DUAL))
                            .isTrue();
                }
            });
            LaneWork work = bench.task(1, TaskKind.FILL, 0);
            bench.finish(work);

            assertThat(scene.state(0)).isEqualTo("open");
            long kept = onPurpose(scene);
            assertThat(kept).isPositive().isLessThan(6000);

            bench.work(1, TaskKind.FILL, 0);
            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(onPurpose(scene)).isEqualTo(kept);
        }
    }

    @Test
    void aClaimHoldsTheOwnershipThatItWasTakenWith(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100).cutAt(new long[0]);
        try (Connection mover = database.connect();
                Bench bench = new Bench(scene, "w1")) {
            mover.setAutoCommit(false);
            assertThat(OwnershipLedger.move(
                            mover, Scene.NAME, new Move(Stage.FILL, Ownership.DERIVED, Ownership.DUAL), ANN))
                    .isTrue();
            LaneWork work = bench.task(1, TaskKind.FILL, 0);

            assertThat(work.turn(Bench.NEVER).over()).isFalse();
            assertThat(scene.number("SELECT claim FROM infill.range")).isZero();

            database.execute("UPDATE orders SET total_cents = 1 WHERE id = 5");
            mover.commit();
            bench.finish(work);
            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(onPurpose(scene)).isEqualTo(1);
        }
    }

    @Test
    void aRowWhoseExpressionFailsIsNotRefusedWhereTheValueIsTheApplications(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 100);
        database.execute(
                "UPDATE orders SET total = 1e30",
                "UPDATE orders SET total_cents = 1 WHERE id = 5",
                "INSERT INTO infill.rejected (migration, key, sqlstate) VALUES ('" + Scene.NAME + "', '{5}', '22003')");
        try (Bench bench = new Bench(scene, "w1")) {
            assertThat(move(database, Ownership.DERIVED, Ownership.DUAL)).isTrue();
            bench.finish(bench.changes(0, changed(5), changed(6)));
            assertThat(database.value("SELECT string_agg(key[1], ' ') FROM infill.rejected"))
                    .isEqualTo("6");

            assertThat(move(database, Ownership.DUAL, Ownership.APPLICATION)).isTrue();
            bench.finish(bench.changes(0, changed(6)));
        }

        assertThat(scene.number("SELECT count(*) FROM infill.rejected")).isZero();
        assertThat(onPurpose(scene)).isEqualTo(1);
        assertThat(scene.number("SELECT differing FROM infill.repair")).isEqualTo(2);
    }
}
