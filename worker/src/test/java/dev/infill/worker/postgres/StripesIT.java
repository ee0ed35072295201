package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.protocol.Column;
import dev.infill.protocol.TaskKind;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the stripes are for: a fill that leaves the table nearly as large as it was. */
@ExtendWith(ClusterExtension.class)
class StripesIT {
    private static final int ROWS = 40_000;
    private static final Duration STATISTICS_ARRIVE = Duration.ofSeconds(15);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFullTableHardlyGrowsAndNewVersionsAreHeapOnly(boolean byPages, TestDatabase database) throws Exception {
        Scene scene = table(database, 100, byPages);
        long before = size(scene);

        fill(scene);

        assertThat(scene.wrongRows()).isZero();
        assertThat((double) size(scene) / before).isLessThan(1.25);
        assertThat(heapOnlyShare(scene)).isGreaterThan(0.75);
        assertThat(scene.database()
                        .value("SELECT string_agg(DISTINCT stripes || ' ' || stripes_why, ', ') FROM infill.range"))
                .isEqualTo("16 pages are full");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void roomThatTheFillFactorLeavesIsUsedUpAndTheTableStaysAsLargeAsItWas(boolean byPages, TestDatabase database)
            throws Exception {
        Scene scene = table(database, 80, byPages);
        long before = size(scene);

        fill(scene);

        assertThat(scene.wrongRows()).isZero();
        assertThat((double) size(scene) / before).isLessThan(1.03);
        assertThat(heapOnlyShare(scene)).isGreaterThan(0.97);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTableThatIsRightIsNotWritten(boolean byPages, TestDatabase database) throws Exception {
        Scene scene = table(database, 100, byPages);
        fill(scene);
        scene.open(2, TaskKind.FILL);
        String before = database.value("SELECT pg_current_wal_insert_lsn()");
        int ranges = (int) scene.number("SELECT count(*) FROM infill.range");

        try (Bench bench = new Bench(scene, "w1")) {
            for (int range = 0; range < ranges; range++) {
                bench.work(2, TaskKind.FILL, range);
            }
        }

        assertThat(scene.number("SELECT sum(rows_changed) FROM infill.range")).isZero();
        // Rows that the first fill moved behind the last page that there was are in no page range.
        assertThat(scene.number("SELECT sum(rows_read) FROM infill.range")).isBetween(ROWS * 9L / 10, (long) ROWS);
        assertThat(scene.number("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '" + before + "')::bigint"))
                .as("bytes of WAL for %s ranges", ranges)
                .isLessThan(200_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOldSnapshotMakesItOnePassAndTheRowsRightAllTheSame(boolean byPages, TestDatabase database) throws Exception {
        Scene scene = table(database, 100, byPages);
        try (Connection old = database.connect();
                Statement statement = old.createStatement()) {
            old.setAutoCommit(false);
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute("SELECT count(*) FROM orders");

            fill(scene);

            assertThat(scene.database().value("SELECT stripes_why FROM infill.range ORDER BY number DESC LIMIT 1"))
                    .contains("old snapshot");
        }
        assertThat(scene.wrongRows()).isZero();
    }

    private static Scene table(TestDatabase database, int fillFactor, boolean byPages) throws SQLException {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, total numeric, note text, total_cents bigint)"
                        + " WITH (fillfactor = " + fillFactor + ", autovacuum_enabled = off)",
                "INSERT INTO orders SELECT i, i % 1000, i / 10.0, repeat(md5(i::text), 3) FROM generate_series(1, "
                        + ROWS + ") i",
                "CREATE INDEX ON orders (customer)",
                "VACUUM (FREEZE, ANALYZE) orders");
        Scene scene = Scene.of(database, List.of(new Column("id", "bigint")), "round(total * 100)::bigint");
        return byPages ? scene.cutByPages(200) : scene.cutAt(10_000, 20_000, 30_000);
    }

    private static void fill(Scene scene) throws Exception {
        int ranges = (int) scene.number("SELECT count(*) FROM infill.range");
        try (Bench bench = new Bench(scene, "w1")) {
            for (int range = 0; range < ranges; range++) {
                bench.work(1, TaskKind.FILL, range);
            }
        }
        assertThat(scene.number("SELECT count(*) FROM infill.range WHERE state <> 'done'"))
                .isZero();
    }

    private static long size(Scene scene) throws SQLException {
        return scene.number("SELECT pg_relation_size('orders')");
    }

    private static double heapOnlyShare(Scene scene) throws SQLException {
        await().atMost(STATISTICS_ARRIVE)
                .until(() ->
                        scene.number("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'orders'") >= ROWS);
        return scene.number("SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'orders'") / (double) ROWS;
    }
}
