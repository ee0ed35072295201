package dev.infill.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.protocol.Directive;
import dev.infill.protocol.Part;
import dev.infill.servers.BrokerSettings;
import dev.infill.servers.KafkaBroker;
import dev.infill.servers.PostgresServer;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Kills and restarts everything around and including the bridge, and compares what was committed with what came. */
class BridgeFaultsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String prefix =
            "faults-" + NUMBER.incrementAndGet() + "-" + ProcessHandle.current().pid();

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    private PostgresServer postgres;
    private KafkaBroker broker;
    private Line line;

    @BeforeEach
    void begin() throws Exception {
        postgres = startPostgres();
        broker = startBroker();
        line = new Line(postgres.url("postgres"), broker.bootstrapServers(), prefix);
        line.createTopics();
        line.execute("CREATE TABLE t (id bigint PRIMARY KEY, v text)");
        line.createCapture("t (id)");
        line.order(Directive.Order.RUN);
    }

    @AfterEach
    void end() throws Exception {
        line.close();
        broker.kill();
        postgres.stopImmediate();
    }

    private PostgresServer startPostgres() {
        return PostgresServer.start(folder.resolve("postgres"), Clusters.postgresSettings(18));
    }

    private KafkaBroker startBroker() {
        return KafkaBroker.start(folder.resolve("kafka"), BrokerSettings.defaults());
    }

    private ChildProcess startProcess(String id) {
        return BridgeProcess.start(id, postgres.url("postgres"), broker.bootstrapServers(), prefix);
    }

    @Test
    void killingTheBridgeAgainAndAgainLosesNothing() throws Exception {
        try (Writer writer = new Writer(line)) {
            for (int kill = 0; kill < 6; kill++) {
                ChildProcess bridge = startProcess("b" + kill);
                // Early ones die before anything was confirmed, later ones in the middle of it.
                if (kill > 1) {
                    await().atMost(PATIENCE).until(() -> line.engineSessions() > 2);
                    writer.awaitMore(200);
                } else {
                    writer.awaitMore(20);
                }
                bridge.kill();
            }
            assertNothingIsMissing(writer.stop());
        }
    }

    @Test
    void aBrokerThatIsKilledAndComesBackLosesNothing() throws Exception {
        Part bridge = line.startBridge("b1");
        try (Writer writer = new Writer(line)) {
            writer.awaitMore(200);
            broker.kill();
            writer.awaitMore(500);
            broker = startBroker();
            writer.awaitMore(200);
            assertNothingIsMissing(writer.stop(), bridge);
        } finally {
            bridge.close();
        }
    }

    @Test
    void nothingIsConfirmedBeforeKafkaTookIt() throws Exception {
        Part bridge = line.startBridge("b1");
        try {
            line.everythingUpToNow();
            broker.suspend();
            String before = line.value("SELECT pg_current_wal_lsn()");
            line.execute("INSERT INTO t SELECT n, 'x' FROM generate_series(1, 100) n");
            line.beat();

            await().during(Duration.ofSeconds(5))
                    .atMost(PATIENCE)
                    .until(() -> line.value("SELECT confirmed_flush_lsn <= '" + before + "'::pg_lsn"
                                    + " FROM pg_replication_slots WHERE slot_name = '" + line.slot() + "'")
                            .equals("t"));
            await().atMost(PATIENCE).until(() -> !bridge.isReady());
            long closedAt = System.nanoTime();
            bridge.close();
            assertThat(Duration.ofNanos(System.nanoTime() - closedAt)).isLessThan(Duration.ofSeconds(30));
        } finally {
            broker.resume();
            bridge.close();
        }
        assertNothingIsMissing(Set.of("1", "50", "100"));
    }

    @Test
    void anImmediateRestartOfPostgresLosesNothing() throws Exception {
        Part bridge = line.startBridge("b1");
        try (Writer writer = new Writer(line)) {
            writer.awaitMore(500);
            postgres.stopImmediate();
            postgres = startPostgres();
            line.reconnect();
            writer.awaitMore(300);
            assertNothingIsMissing(writer.stop(), bridge);
        } finally {
            bridge.close();
        }
    }

    @Test
    void aSecondBridgeTakesOverWhenTheFirstDies() throws Exception {
        ChildProcess first = startProcess("first");
        await().atMost(PATIENCE).until(() -> reader().contains(" first "));
        Part second = line.startBridge("second");
        try (Writer writer = new Writer(line)) {
            writer.awaitMore(200);
            assertThat(reader()).contains(" first ");

            first.kill();

            await().atMost(PATIENCE).until(() -> reader().contains(" second "));
            assertNothingIsMissing(writer.stop(), second);
        } finally {
            first.close();
            second.close();
        }
    }

    @Test
    void aBridgeThatWasFrozenWhileAnotherTookOverDoesNoHarm() throws Exception {
        ChildProcess first = startProcess("first");
        await().atMost(PATIENCE).until(() -> reader().contains(" first "));
        Part second = line.startBridge("second");
        try (Writer writer = new Writer(line)) {
            writer.awaitMore(200);
            line.beat();
            first.suspend();
            line.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
            await().atMost(PATIENCE).until(() -> reader().contains(" second "));
            line.beat();
            first.resume();
            writer.awaitMore(500);
            line.beat();
            assertNothingIsMissing(writer.stop(), second);
            await().atMost(PATIENCE)
                    .until(() -> line.value("SELECT seen_beat || ' ' || gaps FROM infill.capture")
                            .equals("3 0"));
        } finally {
            first.close();
            second.close();
        }
    }

    @Test
    void aHugeTransactionPassesThroughASmallHeap() throws Exception {
        ChildProcess bridge = startProcess("small");
        try {
            line.execute("INSERT INTO t SELECT n, repeat('x', 200) FROM generate_series(1, 200000) n");
            line.everythingUpToNow();

            assertThat(new HashSet<>(line.keys("t"))).hasSize(200_000);
            assertThat(bridge.isRunning()).isTrue();
        } finally {
            bridge.close();
        }
    }

    private String reader() throws Exception {
        return line.value("SELECT string_agg(application_name, ',') FROM pg_stat_replication") + " ";
    }

    private void assertNothingIsMissing(Set<String> committed) throws Exception {
        Part bridge = line.startBridge("last");
        try {
            assertNothingIsMissing(committed, bridge);
        } finally {
            bridge.close();
        }
    }

    private void assertNothingIsMissing(Set<String> committed, Part bridge) throws Exception {
        line.everythingUpToNow();
        Set<String> missing = new HashSet<>(committed);
        List<String> came = new ArrayList<>();
        line.keys("t").forEach(key -> came.add(key.get(0)));
        missing.removeAll(new HashSet<>(came));
        assertThat(missing)
                .as("committed keys of %d that never came", committed.size())
                .isEmpty();
        await().atMost(PATIENCE).until(bridge::isReady);
    }
}
