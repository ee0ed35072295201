package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.infill.postgres.Manners;
import dev.infill.protocol.TaskKind;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class OriginsIT {
    private static final String CHANGES =
            "SELECT count(*) FROM pg_logical_slot_peek_changes('%s', NULL, NULL, 'only-local', '1') WHERE data LIKE '%s'";

    @Test
    void whatAWorkerWritesIsFilteredByItsOrigin(TestDatabase database) throws Exception {
        assumeThat(database.cluster().version()).isGreaterThanOrEqualTo(16);
        Scene scene = Scene.orders(database, 100).cutAt(new long[0]);
        String slot = slot(database);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(1, TaskKind.FILL, 0);

            assertThat(scene.number(CHANGES.formatted(slot, "table public.orders%")))
                    .isZero();
            assertThat(scene.wrongRows()).isZero();
        }
    }

    @Test
    void marksItsTransactionsWhenNoOriginIsLeft(TestDatabase database) throws Exception {
        assumeThat(database.cluster().version()).isGreaterThanOrEqualTo(16);
        Scene scene = Scene.orders(database, 100).cutAt(new long[0]);
        String slot = slot(database);
        List<WorkerSession> others = new ArrayList<>();
        try (Bench bench = new Bench(scene, "w1")) {
            do {
                others.add(WorkerSession.open(scene.target(), Manners.of("infill worker other")));
            } while (others.get(others.size() - 1).hasOrigin());

            bench.work(1, TaskKind.FILL, 0);

            assertThat(others).hasSizeBetween(2, 17);
            assertThat(scene.number(CHANGES.formatted(slot, "table public.orders%")))
                    .isPositive();
            assertThat(scene.number(CHANGES.formatted(slot, "message: transactional: 1 prefix: infill.fill%")))
                    .isPositive();
        } finally {
            others.forEach(WorkerSession::close);
        }
    }

    @Test
    void marksItsTransactionsOnAServerThatCannotFilter() throws Exception {
        try (TestDatabase database = Clusters.postgres(14).freshDatabase()) {
            Scene scene = Scene.orders(database, 100).cutAt(new long[0]);
            String slot = slot(database);
            try (Bench bench = new Bench(scene, "w1")) {
                bench.work(1, TaskKind.FILL, 0);

                assertThat(scene.wrongRows()).isZero();
                assertThat(scene.number(CHANGES.formatted(slot, "message: transactional: 1 prefix: infill.fill%")))
                        .isPositive();
            }
        }
    }

    private static String slot(TestDatabase database) throws SQLException {
        String slot = database.name() + "_slot";
        database.execute("SELECT pg_create_logical_replication_slot('" + slot + "', 'test_decoding')");
        return slot;
    }
}
