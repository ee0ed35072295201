package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.RangeState;
import dev.infill.protocol.TaskKind;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class FillIT {
    @Test
    void fillsEveryRowAlsoThoseWhoseResultIsNull(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 5000).cutAt(1000, 3000);
        try (Bench bench = new Bench(scene, "w1")) {
            for (int range = 0; range < 3; range++) {
                bench.work(1, TaskKind.FILL, range);
            }

            assertThat(scene.wrongRows()).isZero();
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents IS NULL"))
                    .isEqualTo(5000 / 7);
            assertThat(scene.number("SELECT sum(rows_read) FROM infill.range WHERE state = 'done'"))
                    .isEqualTo(5000);
            assertThat(scene.number("SELECT sum(filled_rows) FROM infill.range"))
                    .isEqualTo(5000 - 5000 / 7);
            assertThat(bench.watcher().results())
                    .last()
                    .satisfies(result -> assertThat(result.state()).isEqualTo(RangeState.DONE));
        }
    }

    @Test
    void changesNothingTheSecondTime(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, 2000).cutAt(new long[0]);
        try (Bench bench = new Bench(scene, "w1")) {
            bench.work(1, TaskKind.FILL, 0);
            scene.open(2, TaskKind.FILL);

            bench.work(2, TaskKind.FILL, 0);

            assertThat(scene.number("SELECT rows_read FROM infill.range")).isEqualTo(2000);
            assertThat(scene.number("SELECT rows_changed FROM infill.range")).isZero();
            assertThat(scene.number("SELECT filled_rows FROM infill.range")).isEqualTo(2000 - 2000 / 7);
        }
    }
}
