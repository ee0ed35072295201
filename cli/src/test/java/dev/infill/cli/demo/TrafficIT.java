package dev.infill.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.cli.demo.Judge.Judgement;
import dev.infill.cli.demo.Latencies.Phase;
import dev.infill.cli.outcome.StopRequest;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class TrafficIT {
    private static final int ROWS = 2000;
    private static final String COLUMN = "ALTER TABLE public.orders ADD COLUMN total_cents bigint";

    private Shop shop;

    @BeforeEach
    void createShop(TestDatabase database) throws SQLException {
        shop = new Shop(database.jdbcUrl());
        shop.create(ROWS, new StopRequest(), created -> {});
    }

    private Map<Long, WriteLog.Written> traffic(Release release, int writes) {
        return traffic(ROWS, release, writes);
    }

    private Map<Long, WriteLog.Written> traffic(long firstOrders, Release release, int writes) {
        try (Traffic traffic = new Traffic(shop, firstOrders, 1000, System::nanoTime)) {
            if (release == Release.NEW) {
                traffic.deployNewRelease();
            }
            traffic.enter(Phase.BEFORE);
            traffic.start();
            await().until(() -> traffic.latencies().before().writes() >= writes);
            traffic.stop();
            assertThat(traffic.failed()).isZero();
            return traffic.committed();
        }
    }

    @Test
    void writesOfEveryKindAndLosesNone(TestDatabase database) throws SQLException {
        Map<Long, WriteLog.Written> committed = traffic(Release.OLD, 1000);
        database.execute(COLUMN, "UPDATE public.orders SET total_cents = total * 100");

        Judgement judgement = new Judge(shop).judge(committed);

        assertThat(judgement.rowsWrong()).isZero();
        assertThat(judgement.writesLost()).isZero();
        assertThat(judgement.writesChecked()).isEqualTo(committed.size()).isGreaterThan(500);
        assertThat(committed.values()).anyMatch(written -> !written.there()).anyMatch(written -> written.cents() < 0);
        assertThat(judgement.unfinished())
                .containsExactlyInAnyOrder(
                        "total_cents may still be null",
                        "no valid index on total_cents",
                        "no validated check on total_cents");
    }

    @Test
    void aShopThatLostItsFirstOrdersGoesOnSelling() {
        Map<Long, WriteLog.Written> committed = traffic(10, Release.OLD, 1000);

        assertThat(committed.values().stream().filter(WriteLog.Written::there)).hasSizeGreaterThan(10);
    }

    @Test
    void theNewReleaseWritesTheColumnItself(TestDatabase database) throws SQLException {
        database.execute(COLUMN, "UPDATE public.orders SET total_cents = total * 100");

        Map<Long, WriteLog.Written> committed = traffic(Release.NEW, 500);

        assertThat(new Judge(shop).judge(committed).rowsWrong()).isZero();
    }

    @Test
    void theJudgeSeesWrongRowsAndLostWrites(TestDatabase database) throws SQLException {
        Map<Long, WriteLog.Written> committed = traffic(Release.OLD, 300);
        database.execute(
                COLUMN,
                "UPDATE public.orders SET total_cents = total * 100",
                "UPDATE public.orders SET total_cents = total_cents + 1 WHERE id IN (SELECT min(id) FROM public.orders)",
                "UPDATE public.orders SET total_cents = NULL WHERE id IN (SELECT max(id) FROM public.orders)",
                "UPDATE public.orders SET note = 'older' WHERE id IN (SELECT min(id) FROM public.orders WHERE note LIKE 'write %')");

        Judgement judgement = new Judge(shop).judge(committed);

        assertThat(judgement.rowsWrong()).isEqualTo(2);
        assertThat(judgement.writesLost()).isEqualTo(1);
        assertThat(judgement.isClean()).isFalse();
    }
}
