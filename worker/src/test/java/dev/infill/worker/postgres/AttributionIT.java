package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.ledger.WriterLedger;
import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.Key;
import dev.infill.protocol.status.Writers;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two versions of an application write; the sampler looks while their transactions run. */
@ExtendWith(ClusterExtension.class)
class AttributionIT {
    private static final String OLD = "UPDATE orders SET total = total + 1 WHERE id = ";
    private static final String NEW =
            "UPDATE orders SET total = total + 1, total_cents = round((total + 1) * 100)::bigint WHERE id = ";

    private static KeyChanged write(TestDatabase database, String application, String update, int id, boolean isSeen)
            throws SQLException {
        char glue = database.jdbcUrl().contains("?") ? '&' : '?';
        try (Connection writer =
                        DriverManager.getConnection(database.jdbcUrl() + glue + "ApplicationName=" + application);
                Connection sampler = database.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute(update + id);
            if (isSeen) {
                WriterLedger.see(sampler);
            }
            try (ResultSet xid = statement.executeQuery("SELECT pg_current_xact_id()::text::bigint")) {
                xid.next();
                long low = xid.getLong(1) & 0xFFFF_FFFFL;
                writer.commit();
                return new KeyChanged(Scene.ORDERS, Key.of(Integer.toString(id)), low, 0, 0);
            }
        }
    }

    private static Writers writers(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect()) {
            return WriterLedger.writers(connection, Scene.NAME, Duration.ofMinutes(1));
        }
    }

    private static List<String> counts(TestDatabase database) throws SQLException {
        return writers(database).each().stream()
                .map(writer -> writer.application() + " " + writer.arrivedRight() + "/" + writer.repaired() + "/"
                        + writer.differing())
                .sorted()
                .toList();
    }

    private static Scene inSync(TestDatabase database) throws SQLException {
        Scene scene = Scene.orders(database, 100);
        database.execute(
                "UPDATE orders SET total_cents = round(total * 100)::bigint",
                "UPDATE infill.migration SET stage = 'sync'");
        return scene;
    }

    @Test
    void saysWhichVersionStillWritesTheOldWay(TestDatabase database) throws Exception {
        Scene scene = inSync(database);
        Object[] changes = {
            write(database, "shop-v1", OLD, 5, true),
            write(database, "shop-v2", NEW, 6, true),
            write(database, "shop-v1", OLD, 8, true),
            write(database, "shop-v2", NEW, 9, true),
            write(database, "shop-v2", NEW, 10, true),
            write(database, "shop-v1", "UPDATE orders SET id = id WHERE id = ", 11, true),
            write(database, "shop-v3", OLD, 12, false),
        };
        try (Bench bench = new Bench(scene, "w1")) {
            bench.finish(bench.changes(3, changes));
        }

        assertThat(counts(database)).containsExactly("(not seen) 0/1/0", "shop-v1 1/2/0", "shop-v2 3/0/0");
        assertThat(writers(database).rows()).isEqualTo(7);
        assertThat(writers(database).knownRows()).isEqualTo(6);
        assertThat(scene.wrongRows()).isZero();
        assertThat(database.value("SELECT changes || '/' || repaired FROM infill.repair"))
                .isEqualTo("7/3");
    }

    @Test
    void accusesNobodyOfARowThatBothChanged(TestDatabase database) throws Exception {
        Scene scene = inSync(database);
        Object[] changes = {write(database, "shop-v2", NEW, 5, true), write(database, "shop-v1", OLD, 5, true)};
        try (Bench bench = new Bench(scene, "w1")) {
            bench.finish(bench.changes(3, changes));
        }

        assertThat(counts(database)).containsExactly("(several) 0/1/0");
    }

    @Test
    void whereBothOwnTheColumnAValueThatDiffersIsCountedAndLeft(TestDatabase database) throws Exception {
        Scene scene = inSync(database);
        database.execute("UPDATE infill.migration SET ownership = 'dual'");
        Object[] changes = {
            write(database, "shop-v1", OLD, 5, true),
            write(database, "shop-v2", NEW, 6, true),
            write(database, "shop-v1", "UPDATE orders SET total_cents = NULL WHERE id = ", 8, true)
        };
        try (Bench bench = new Bench(scene, "w1")) {
            bench.finish(bench.changes(3, changes));
        }

        assertThat(counts(database)).containsExactly("shop-v1 0/1/1", "shop-v2 1/0/0");
        assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 5")).isEqualTo(50);
        assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 8")).isEqualTo(80);
        assertThat(database.value("SELECT last_differing_at IS NOT NULL FROM infill.repair"))
                .isEqualTo("t");
    }

    @Test
    void nothingIsCountedBeforeSomebodyAsks(TestDatabase database) throws Exception {
        Scene scene = inSync(database);
        database.execute("UPDATE infill.migration SET stage = 'verify'");
        Object[] changes = {write(database, "shop-v1", OLD, 5, true)};
        try (Bench bench = new Bench(scene, "w1")) {
            bench.finish(bench.changes(3, changes));
        }

        assertThat(counts(database)).isEmpty();
        assertThat(scene.wrongRows()).isZero();
    }
}
