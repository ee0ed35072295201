package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.testkit.process.ChildProcess;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The faults, each followed by the evidence that the work goes on. */
final class Faults {
    private static final Logger log = LoggerFactory.getLogger(Faults.class);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration TAKEOVER = Duration.ofSeconds(10);
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

    /** Both coordinators have just asked the database something, and one of them holds the lease. */
    private static final String LED_AND_STOOD_BY = """
            SELECT count(*) = 2 AND (SELECT expires_at > clock_timestamp() FROM infill.lease)
              FROM pg_stat_activity
             WHERE application_name = 'infill coordinator' AND state_change > clock_timestamp() - interval '2 seconds'
            """;

    private final Installation installation;
    private final Shop shop;
    private final Random random;

    Faults(Installation installation, Random random) {
        this.installation = installation;
        this.shop = installation.shop();
        this.random = random;
    }

    /** What can happen. */
    enum Kind {
        KILL_A_WORKER,
        KILL_THE_BRIDGE,
        KILL_THE_LEADER,
        FREEZE_THE_LEADER,
        KILL_THE_BROKER,
        RESTART_POSTGRES,
        FREEZE_A_WORKER;

        /** Every kind once, in an order of its own for each seed. */
        static List<Kind> shuffled(Random random) {
            List<Kind> kinds = new ArrayList<>(List.of(values()));
            Collections.shuffle(kinds, random);
            return kinds;
        }
    }

    /** Strikes with one after the other in the middle of the stage. */
    void strike(String stage, List<Kind> kinds) throws SQLException {
        for (Kind kind : kinds) {
            if (kind == Kind.KILL_THE_LEADER || kind == Kind.FREEZE_THE_LEADER) {
                awaitStandBy();
            }
            assertThat(shop.text("SELECT stage FROM infill.migration"))
                    .as("the stage is still running when the next fault strikes")
                    .isEqualTo(stage);
            log.warn("{}, epoch {}: {}", stage, epoch(), kind);
            strike(kind);
            workGoesOn();
        }
    }

    private void strike(Kind kind) {
        switch (kind) {
            case KILL_A_WORKER -> killAWorker();
            case KILL_THE_BRIDGE -> killTheBridge();
            case KILL_THE_LEADER -> killTheLeader();
            case FREEZE_THE_LEADER -> freezeTheLeader();
            case KILL_THE_BROKER -> killTheBroker();
            case RESTART_POSTGRES -> restartPostgres();
            case FREEZE_A_WORKER -> freezeAWorker();
        }
    }

    /** The one that was struck last takes a while to be back, and alone nobody takes over. */
    private void awaitStandBy() {
        await("one coordinator leads and the other stands by")
                .atMost(PATIENCE)
                .until(() -> shop.textOrNothing(LED_AND_STOOD_BY).equals("t"));
    }

    private void killAWorker() {
        anyWorker().kill();
    }

    private void killTheBridge() {
        var bridge = installation.part("cdc-bridge");
        ChildProcess killed = bridge.current();
        bridge.holdRestarts();
        killed.kill();
        pause(Duration.ofSeconds(10));
        bridge.allowRestarts();
        await("the bridge streams again").atMost(PATIENCE).until(this::slotIsActive);
    }

    private void killTheLeader() {
        long epoch = epoch();
        leader().kill();
        awaitTakeover(epoch);
    }

    private void freezeTheLeader() {
        long epoch = epoch();
        ChildProcess frozen = leader();
        frozen.suspend();
        awaitTakeover(epoch);
        frozen.resume();
    }

    private void awaitTakeover(long epoch) {
        long struck = System.nanoTime();
        await("the stand-by leads").atMost(TAKEOVER).until(() -> epoch() > epoch);
        log.warn(
                "the stand-by leads after {} ms",
                Duration.ofNanos(System.nanoTime() - struck).toMillis());
    }

    private void killTheBroker() {
        installation.killBroker();
        installation.startBroker();
    }

    private void restartPostgres() {
        installation.restartPostgresImmediately();
        await("the bridge streams again").atMost(PATIENCE).until(this::slotIsActive);
    }

    private void freezeAWorker() {
        ChildProcess frozen = anyWorker();
        frozen.suspend();
        pause(SESSION_TIMEOUT.multipliedBy(3));
        frozen.resume();
    }

    private ChildProcess anyWorker() {
        return installation.part("worker-" + (1 + random.nextInt(3))).current();
    }

    private ChildProcess leader() {
        String holder = shop.textOrNothing("SELECT holder FROM infill.lease");
        return installation
                .part(holder.startsWith("coordinator-1") ? "coordinator-1" : "coordinator-2")
                .current();
    }

    private long epoch() {
        String epoch = shop.textOrNothing("SELECT epoch FROM infill.lease");
        return epoch.isEmpty() ? -1 : Long.parseLong(epoch);
    }

    private boolean slotIsActive() {
        return shop.textOrNothing("SELECT active FROM pg_replication_slots WHERE slot_name LIKE 'infill%'")
                .equals("t");
    }

    /** Cursors move, or the stage that they belong to is over. */
    private void workGoesOn() {
        String before = position();
        await("work goes on").atMost(PATIENCE).until(() -> {
            String now = position();
            return !now.isEmpty() && !now.equals(before);
        });
    }

    private String position() {
        return shop.textOrNothing(
                "SELECT stage || ' ' || pass || ' ' || (SELECT coalesce(sum(rows_read + rows_changed), 0) FROM infill.range) FROM"
                        + " infill.migration");
    }

    /** The length of an outage is part of the fault, so here time itself is the condition. */
    private static void pause(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        BooleanSupplier over = () -> System.nanoTime() - end >= 0;
        await().atMost(length.plusSeconds(5)).until(over::getAsBoolean);
    }
}
