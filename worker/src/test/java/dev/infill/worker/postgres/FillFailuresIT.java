package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.postgres.ledger.Fingerprint;
import dev.infill.protocol.Column;
import dev.infill.protocol.DeadLetter;
import dev.infill.protocol.Directive.Order;
import dev.infill.protocol.TaskKind;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.testkit.network.TcpProxy;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import dev.infill.worker.scene.Stop;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ClusterExtension.class)
class FillFailuresIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void resumesFromTheLedgersCursor(TestDatabase database) throws Exception {
        Scene scene = wide(database, 6000);
        try (Bench first = new Bench(scene, "w1");
                Bench second = new Bench(scene, "w2")) {
            stopOnce(first, "cursor_key IS NOT NULL");
            long filled = scene.number("SELECT count(*) FROM orders WHERE total_cents IS NOT NULL");
            database.execute("UPDATE orders SET total_cents = NULL WHERE id = 1");

            second.work(1, TaskKind.FILL, 0);

            assertThat(filled).isBetween(1L, 5000L);
            // Behind the cursor nobody looked again; all the rest is right.
            assertThat(scene.wrongRows()).isEqualTo(1);
            assertThat(scene.number("SELECT rows_read FROM infill.range")).isEqualTo(6000);
            assertThat(scene.number("SELECT claim FROM infill.range")).isEqualTo(2);
        }
    }

    @Test
    void resumesInTheMiddleOfARegion(TestDatabase database) throws Exception {
        Scene scene = wide(database, 1500);
        try (Bench first = new Bench(scene, "w1");
                Bench second = new Bench(scene, "w2")) {
            stopOnce(first, "rows_changed > 0");
            long filled = scene.number("SELECT count(total_cents) FROM orders");

            second.work(1, TaskKind.FILL, 0);

            assertThat(filled).isBetween(1L, 1499L);
            assertThat(scene.wrongRows()).isZero();
            assertThat(scene.number("SELECT rows_read FROM infill.range")).isEqualTo(1500);
            assertThat(scene.number("SELECT filled_rows FROM infill.range")).isEqualTo(1500);
        }
    }

    @Test
    void aZombiesBatchIsFencedByTheClaim(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 9000).cutAt(new long[0]);
        try (Bench zombie = new Bench(scene, "w1");
                Bench owner = new Bench(scene, "w2")) {
            LaneWork stopped = zombie.task(1, TaskKind.FILL, 0);
            stopAfterOneBatch(zombie, stopped);
            stopAfterOneBatch(owner, owner.task(1, TaskKind.FILL, 0));
            String before = fillState(scene);

            boolean over = stopped.turn(Bench.NEVER).over();

            assertThat(over).isTrue();
            assertThat(fillState(scene)).isEqualTo(before);
        }
    }

    @Test
    void aRangeOpenedForAnotherPassFencesTheOneBefore(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 9000).cutAt(new long[0]);
        try (Bench bench = new Bench(scene, "w1")) {
            LaneWork stopped = bench.task(1, TaskKind.FILL, 0);
            stopAfterOneBatch(bench, stopped);
            scene.open(2, TaskKind.VERIFY);

            bench.finish(stopped);
            bench.work(1, TaskKind.FILL, 0);

            assertThat(scene.state(0)).isEqualTo("open");
            assertThat(scene.number("SELECT claim FROM infill.range")).isEqualTo(1);
        }
    }

    @Test
    void rejectsPoisonedRowsAndFillsTheRest(TestDatabase database) throws Exception {
        Scene scene = poisoned(database);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(1, TaskKind.FILL, 0);

            assertThat(scene.state(0)).isEqualTo("rejected");
            assertThat(scene.number("SELECT count(*) FROM infill.rejected WHERE sqlstate = '22012' AND range = 0"))
                    .isEqualTo(5);
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents IS NULL"))
                    .isEqualTo(5);
            assertThat(bench.watcher().letters())
                    .hasSize(5)
                    .extracting(DeadLetter::sqlState)
                    .containsOnly("22012");
            assertThat(scene.number("SELECT rows_read FROM infill.range")).isEqualTo(2500);
        }
    }

    @Test
    void takesARowThatSucceedsLaterOffTheRejected(TestDatabase database) throws Exception {
        Scene scene = poisoned(database);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(1, TaskKind.FILL, 0);
            database.execute(
                    "UPDATE orders SET total = 10 WHERE total = 0 AND id > 500", "DELETE FROM orders WHERE id = 500");
            scene.open(2, TaskKind.FILL);

            bench.work(2, TaskKind.FILL, 0);

            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(scene.number("SELECT count(*) FROM infill.rejected")).isZero();
            assertThat(scene.wrongRows()).isZero();
        }
    }

    @Test
    void postponesALockedRowAndFillsItLater(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 3000).cutAt(2500);
        try (Bench bench = new Bench(scene, "w1");
                Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM orders WHERE id IN (501, 2499) FOR UPDATE");
            CompletableFuture<Void> work = inBackground(() -> bench.work(1, TaskKind.FILL, 0));

            await().atMost(LONG)
                    .until(() -> scene.number("SELECT count(*) FROM orders WHERE total_cents IS NULL"
                                    + " AND total IS NOT NULL AND id < 2499")
                            == 1);
            assertThat(database.value("SELECT postponed_keys::text FROM infill.range WHERE number = 0"))
                    .isEqualTo("[[\"501\"]]");
            other.rollback();

            assertThat(work).succeedsWithin(LONG);
            assertThat(scene.number("SELECT count(*) FROM orders WHERE id < 2500 AND total_cents IS DISTINCT FROM"
                            + " round(total * 100)::bigint"))
                    .isZero();
            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(database.value("SELECT postponed_keys::text FROM infill.range WHERE number = 0"))
                    .isEqualTo("[]");
        }
    }

    /** 0: the claim's own COMMIT; 1: a batch's; 2: most likely the one that closes the range. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aCommitWithoutAnAnswerNeitherDoublesNorLoses(int batchesBefore, TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 6000).cutAt(new long[0]);
        try (TcpProxy proxy = TcpProxy.to(URI.create(database.url()).getPort());
                Bench bench = new Bench(scene, "w1", scene.target(proxy.port()))) {
            AtomicInteger batches = new AtomicInteger();
            AtomicReference<CompletableFuture<Void>> cut = new AtomicReference<>(new CompletableFuture<>());
            Runnable arm = () -> cut.set(proxy.cutAfterClientSends("COMMIT"));
            bench.watcher().afterBatch(() -> {
                if (batches.incrementAndGet() == batchesBefore) {
                    arm.run();
                }
            });
            if (batchesBefore == 0) {
                arm.run();
            }

            bench.work(1, TaskKind.FILL, 0);

            assertThat(cut.get()).isCompleted();
            assertThat(scene.wrongRows()).isZero();
            assertThat(scene.state(0)).isEqualTo("done");
            assertThat(scene.number("SELECT rows_read FROM infill.range")).isEqualTo(6000);
            assertThat(scene.number("SELECT rows_changed FROM infill.range")).isEqualTo(6000 - 6000 / 7);
            assertThat(scene.number("SELECT filled_rows FROM infill.range")).isEqualTo(6000 - 6000 / 7);
        }
    }

    @Test
    void goesOnAfterItsSessionWasEnded(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 6000).cutAt(new long[0]);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.watcher().afterBatch(() -> endSessions(database));

            bench.work(1, TaskKind.FILL, 0);

            assertThat(scene.wrongRows()).isZero();
            assertThat(scene.number("SELECT claim FROM infill.range")).isEqualTo(1);
        }
    }

    @Test
    void triesAgainAfterADeadlock(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, total_cents bigint)",
                // With an index on the column all rows are written in one pass, so that one transaction has both.
                "CREATE INDEX ON orders (total_cents)",
                "INSERT INTO orders SELECT i, i FROM generate_series(1, 20) i",
                "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM pg_catalog.pg_sleep(0.5); RETURN NEW; END'",
                "CREATE TRIGGER slow BEFORE UPDATE OF total_cents ON orders FOR EACH ROW"
                        + " WHEN (NEW.id = 10) EXECUTE FUNCTION slow()",
                "ALTER DATABASE " + database.name() + " SET deadlock_timeout = '10ms'");
        Scene scene =
                Scene.of(database, List.of(new Column("id", "bigint")), "id").cutAt(new long[0]);
        try (Bench bench = new Bench(scene, "w1");
                Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("SET deadlock_timeout = '1min'");
            other.setAutoCommit(false);
            statement.execute("UPDATE orders SET total = 1 WHERE id = 20");
            CompletableFuture<Void> work = inBackground(() -> bench.work(1, TaskKind.FILL, 0));
            await().atMost(LONG)
                    .until(() -> scene.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                                    + " AND application_name LIKE 'infill%'")
                            > 0);

            statement.execute("UPDATE orders SET total = 1 WHERE id = 1");
            other.commit();

            assertThat(work).succeedsWithin(LONG);
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents = id"))
                    .isEqualTo(20);
            await().atMost(LONG)
                    .until(() ->
                            scene.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
                                    > 0);
        }
    }

    @Test
    void stopsTheMigrationWhenTheColumnIsGoneAndGoesOnWhenResumed(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 500).cutAt(new long[0]);
        try (Bench bench = new Bench(scene, "w1")) {
            LaneWork work = bench.task(1, TaskKind.FILL, 0);
            database.execute("ALTER TABLE orders DROP COLUMN total_cents");

            assertThat(work.turn(Bench.NEVER).over()).isFalse();
            assertThat(database.value("SELECT standing FROM infill.migration")).isEqualTo("failed");
            assertThat(database.value("SELECT problem FROM infill.migration")).startsWith("SQLSTATE 42703");
            assertThat(work.turn(Bench.NEVER).over()).isFalse();

            database.execute(
                    "ALTER TABLE orders ADD COLUMN total_cents bigint",
                    "UPDATE infill.migration SET standing = 'running', problem = NULL");
            bench.finish(work);
            assertThat(scene.wrongRows()).isZero();
        }
    }

    @Test
    void stopsTheMigrationWhenTheColumnIsNotTheOneThatWasChecked(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 500).cutAt(new long[0]);
        try (Connection connection = database.connect()) {
            String checked = Fingerprint.of(connection, scene.migration());
            database.execute("UPDATE infill.migration SET fingerprint = '" + checked + "'");
        }
        try (Bench bench = new Bench(scene, "w1")) {
            database.execute("ALTER TABLE orders ALTER COLUMN total_cents TYPE numeric");

            bench.task(1, TaskKind.FILL, 0).turn(Bench.NEVER);

            assertThat(database.value("SELECT standing FROM infill.migration")).isEqualTo("failed");
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents IS NOT NULL"))
                    .isZero();
        }
    }

    @Test
    void holdsAtABatchBoundaryAndKeepsItsClaim(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 9000).cutAt(new long[0]);
        try (Bench bench = new Bench(scene, "w1")) {
            LaneWork work = bench.task(1, TaskKind.FILL, 0);
            bench.watcher().afterBatch(() -> {
                if (isTrue(scene, "rows_changed > 0")) {
                    bench.direct(Order.HOLD, 1);
                }
            });

            assertThat(work.turn(Bench.NEVER).over()).isFalse();
            long changed = scene.number("SELECT rows_changed FROM infill.range");
            assertThat(work.turn(Bench.NEVER).over()).isFalse();
            assertThat(scene.number("SELECT rows_changed FROM infill.range")).isEqualTo(changed);
            bench.watcher().afterBatch(() -> {});
            bench.direct(Order.RUN, 1);
            bench.finish(work);

            assertThat(changed).isBetween(1L, 8999L);
            assertThat(scene.wrongRows()).isZero();
            assertThat(scene.number("SELECT claim FROM infill.range")).isEqualTo(1);
        }
    }

    /** Five of 2500 rows can't be divided by. */
    private static Scene poisoned(TestDatabase database) throws SQLException {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, total_cents bigint)",
                "INSERT INTO orders SELECT i, i % 500 FROM generate_series(1, 2500) i");
        return Scene.of(database, List.of(new Column("id", "bigint")), "(1000 / total)::bigint")
                .cutAt(new long[0]);
    }

    private static void stopAfterOneBatch(Bench bench, LaneWork work) throws InterruptedException {
        Stop stop = new Stop();
        bench.watcher().afterBatch(stop::raise);
        assertThat(work.turn(stop).over()).isFalse();
        bench.watcher().afterBatch(() -> {});
    }

    /** Rows of which four fill a page, so that few of them are several regions. */
    private static Scene wide(TestDatabase database, int rows) throws SQLException {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, pad text, total_cents bigint)",
                "ALTER TABLE orders ALTER COLUMN pad SET STORAGE PLAIN",
                "INSERT INTO orders SELECT i, i, repeat('x', 1900) FROM generate_series(1, " + rows + ") i",
                "ANALYZE orders");
        return Scene.of(database, List.of(new Column("id", "bigint")), "round(total * 100)::bigint")
                .cutAt(new long[0]);
    }

    /** Works until the range's row says so, then leaves the range as it is. */
    private static void stopOnce(Bench bench, String condition) throws InterruptedException {
        Stop stop = new Stop();
        bench.watcher().afterBatch(() -> {
            if (isTrue(bench.scene(), condition)) {
                stop.raise();
            }
        });
        assertThat(bench.task(1, TaskKind.FILL, 0).turn(stop).over()).isFalse();
        bench.watcher().afterBatch(() -> {});
    }

    private static boolean isTrue(Scene scene, String condition) {
        try {
            return scene.number("SELECT count(*) FROM infill.range WHERE " + condition) > 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String fillState(Scene scene) throws SQLException {
        return scene.database().value("SELECT concat(cursor_key, rows_read, rows_changed, worker) FROM infill.range")
                + scene.database().value("SELECT count(total_cents) FROM orders");
    }

    private static void endSessions(TestDatabase database) {
        try {
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE application_name LIKE 'infill worker%' AND datname = current_database()");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CompletableFuture<Void> inBackground(Action action) {
        return CompletableFuture.runAsync(() -> {
            try {
                action.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @FunctionalInterface
    private interface Action {
        void run() throws InterruptedException;
    }
}
