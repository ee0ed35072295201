package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.testkit.process.ChildProcess;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** The faults, one after the other, each followed by the evidence that the work goes on. */
final class Faults {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration TAKEOVER = Duration.ofSeconds(10);
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

    private final Installation installation;
    private final Shop shop;
    private final Random random;

    Faults(Installation installation, Random random) {
        this.installation = installation;
        this.shop = installation.shop();
        this.random = random;
    }

    /** Everything that may happen in the middle of a stage; ends early when the stage is over. */
    void strike(String stage) throws SQLException {
        List<Runnable> faults = List.of(
                this::killAWorker,
                this::killTheBridge,
                this::killTheLeader,
                this::freezeTheLeader,
                this::killTheBroker,
                this::restartPostgres,
                this::freezeAWorker);
        for (Runnable fault : faults) {
            assertThat(shop.text("SELECT stage FROM infill.migration"))
                    .as("the stage is still running when the next fault strikes")
                    .isEqualTo(stage);
            fault.run();
            workGoesOn();
        }
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
        await("a stand-by leads").atMost(TAKEOVER).until(() -> epoch() > epoch);
    }

    private void freezeTheLeader() {
        long epoch = epoch();
        ChildProcess frozen = leader();
        frozen.suspend();
        await("a stand-by leads").atMost(TAKEOVER).until(() -> epoch() > epoch);
        frozen.resume();
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
                "SELECT stage || ' ' || pass || ' ' || (SELECT coalesce(sum(rows_read), 0) FROM infill.range) FROM infill.migration");
    }

    /** The length of an outage is part of the fault, so here time itself is the condition. */
    private static void pause(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        BooleanSupplier over = () -> System.nanoTime() - end >= 0;
        await().atMost(length.plusSeconds(5)).until(over::getAsBoolean);
    }
}
