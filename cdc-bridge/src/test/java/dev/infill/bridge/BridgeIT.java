package dev.infill.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.protocol.Change;
import dev.infill.protocol.Directive;
import dev.infill.protocol.Part;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.testkit.TestKafka;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

// A bridge runs for as long as its block, which need not speak to it.
@SuppressWarnings("try")
@ExtendWith(ClusterExtension.class)
class BridgeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Line line;

    @BeforeEach
    void begin(TestDatabase database, TestKafka kafka) throws Exception {
        line = new Line(database.url(), kafka.bootstrapServers(), kafka.prefix().replaceFirst("\\.$", ""));
        line.createTopics();
        line.execute(
                "CREATE TABLE t (a int NOT NULL, id bigint PRIMARY KEY, v text)",
                "CREATE TABLE whole (id bigint PRIMARY KEY, v text)",
                "ALTER TABLE whole REPLICA IDENTITY FULL",
                "CREATE TABLE pair (v text, b text, a int, PRIMARY KEY (a, b))");
        line.createCapture("t (id), whole, pair (a, b)");
        line.order(Directive.Order.RUN);
    }

    @AfterEach
    void end() throws Exception {
        line.close();
    }

    @Test
    void insertUpdateDeleteAndKeyChangeGiveTheChangedKeys() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.execute(
                    "INSERT INTO t VALUES (1, 10, 'secret')",
                    "UPDATE t SET v = 'other secret' WHERE id = 10",
                    "UPDATE t SET id = 11 WHERE id = 10",
                    "DELETE FROM t WHERE id = 11");
            line.everythingUpToNow();
            assertThat(bridge.isAlive()).isTrue();
        }

        assertThat(line.keys("t"))
                .containsExactlyInAnyOrder(List.of("10"), List.of("10"), List.of("10"), List.of("11"), List.of("11"));
    }

    @Test
    void whatWasCommittedBeforeTheFirstStartIsNotSkipped() throws Exception {
        line.execute(
                "INSERT INTO t SELECT n, n, 'x' FROM generate_series(1, 500) n", "INSERT INTO t VALUES (1, 501, '')");

        try (Part bridge = line.startBridge("b1")) {
            line.everythingUpToNow();
        }

        assertThat(line.keys("t")).hasSize(501).doesNotHaveDuplicates();
    }

    @Test
    void aChangeSaysWhichTransactionWroteItAndWhenItWasCommitted() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            String before = line.value("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
            String xid = line.value(
                    "WITH i AS (INSERT INTO t VALUES (1, 7, '') RETURNING 1) SELECT pg_current_xact_id()::text FROM i");
            String after = line.value("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");

            Change.KeyChanged change = (Change.KeyChanged) line.everythingUpToNow().stream()
                    .map(ChangesLog.Entry::change)
                    .filter(Change.KeyChanged.class::isInstance)
                    .findFirst()
                    .orElseThrow();

            assertThat(change.transaction()).isEqualTo(Long.parseLong(xid));
            assertThat(change.committedAtMicros()).isBetween(Long.parseLong(before), Long.parseLong(after));
            assertThat(change.lsn()).isPositive();
        }
    }

    @Test
    void noValueButTheKeyReachesKafka() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.execute(
                    "INSERT INTO t VALUES (424242, 1, 'secret')",
                    "UPDATE t SET v = 'secret too' WHERE id = 1",
                    "INSERT INTO whole VALUES (2, 'secret')",
                    "UPDATE whole SET v = 'secret too' WHERE id = 2",
                    "DELETE FROM whole WHERE id = 2");

            assertThat(line.everythingUpToNow())
                    .hasSize(5 + Line.PARTITIONS)
                    .noneMatch(entry -> (entry.key() + entry.json()).matches(".*(secret|424242).*"));
        }
        assertThat(line.keys("whole")).containsOnly(List.of("2"));
    }

    @Test
    void aKeyOfSeveralColumnsKeepsTheKeysOrder() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.execute("INSERT INTO pair (a, b) VALUES (1, 'x|y')", "UPDATE pair SET b = 'z', a = 2");
            line.everythingUpToNow();
        }

        assertThat(line.keys("pair"))
                .containsExactlyInAnyOrder(List.of("1", "x|y"), List.of("1", "x|y"), List.of("2", "z"));
    }

    @Test
    void ownWritesDoNotComeBack() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.execute(
                    "SELECT pg_replication_origin_create('infill_" + line.database.hashCode() + "')",
                    "SELECT pg_replication_origin_session_setup('infill_" + line.database.hashCode() + "')",
                    "INSERT INTO t VALUES (1, 100, 'filtered at the server')",
                    "SELECT pg_replication_origin_session_reset()",
                    "SELECT pg_replication_origin_drop('infill_" + line.database.hashCode() + "')",
                    "BEGIN",
                    "SELECT pg_logical_emit_message(true, 'infill.fill', '')",
                    "INSERT INTO t VALUES (1, 101, 'marked')",
                    "INSERT INTO t VALUES (1, 102, 'marked')",
                    "COMMIT",
                    "INSERT INTO t VALUES (1, 103, 'by the application')",
                    "SELECT pg_logical_emit_message(true, 'application.fill', '')");
            line.everythingUpToNow();
        }

        assertThat(line.keys("t")).containsExactly(List.of("103"));
    }

    @Test
    void aBarrierReachesEveryPartitionAfterAllEarlierChanges() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.execute("INSERT INTO t SELECT n, n, 'x' FROM generate_series(1, 5000) n");
            long barrier = line.emitBarrier();
            line.execute("INSERT INTO t VALUES (1, 6000, 'later')");
            line.log.awaitBarrier(barrier, Line.PARTITIONS);
        }

        // The consumer keeps each partition's order: with the last barrier read, every earlier change must be there.
        assertThat(line.keys("t")).hasSizeBetween(5000, 5001);
        for (int partition = 0; partition < Line.PARTITIONS; partition++) {
            int each = partition;
            List<Change> changes = line.log.entries().stream()
                    .filter(entry -> entry.partition() == each)
                    .map(ChangesLog.Entry::change)
                    .toList();
            int barrierAt = (int) changes.stream()
                    .takeWhile(Change.KeyChanged.class::isInstance)
                    .count();
            assertThat(changes.subList(barrierAt + 1, changes.size()).stream()
                            .filter(Change.KeyChanged.class::isInstance))
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void aTableThatJoinsThePublicationIsReadAtOnce() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.everythingUpToNow();
            line.execute(
                    "CREATE TABLE later (id uuid PRIMARY KEY)",
                    "ALTER PUBLICATION infill ADD TABLE later",
                    "INSERT INTO later VALUES ('00000000-0000-0000-0000-000000000001')",
                    "ALTER TABLE later ADD COLUMN n int",
                    "INSERT INTO later VALUES ('00000000-0000-0000-0000-000000000002', 3)");
            line.everythingUpToNow();
        }

        assertThat(line.keys("later"))
                .containsExactlyInAnyOrder(
                        List.of("00000000-0000-0000-0000-000000000001"),
                        List.of("00000000-0000-0000-0000-000000000002"));
    }

    @Test
    void heartbeatsAreNotedAndPlainRedeliveryIsNoGap() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.beat();
            line.beat();
            awaitSeen(2);
        }
        // The position was perhaps not confirmed before the end: whatever comes again must not count.
        line.beat();
        try (Part bridge = line.startBridge("b2")) {
            awaitSeen(3);
        }

        assertThat(line.value("SELECT gaps FROM infill.capture")).isEqualTo("0");
    }

    @Test
    void aSlotThatWasExchangedBetweenTwoHeartbeatsIsSeenAsAGap() throws Exception {
        line.execute("UPDATE infill.capture SET confirmed_lsn = (SELECT confirmed_flush_lsn FROM pg_replication_slots"
                + " WHERE slot_name = '" + line.slot() + "')");
        try (Part bridge = line.startBridge("b1")) {
            line.beat();
            awaitSeen(1);
        }
        line.dropSlot();
        line.createSlot();
        line.beat();

        try (Part bridge = line.startBridge("b1")) {
            awaitSeen(2);
        }

        assertThat(line.value("SELECT gaps FROM infill.capture")).isEqualTo("1");
    }

    @Test
    void aRecreatedSlotIsSeenAsAGap() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.beat();
            awaitSeen(1);
        }
        line.dropSlot();
        line.beat();
        line.createSlot();
        line.beat();

        try (Part bridge = line.startBridge("b1")) {
            awaitSeen(3);
        }

        assertThat(line.value("SELECT gaps FROM infill.capture")).isNotEqualTo("0");
    }

    @Test
    void aMissingSlotIsNeverMade() throws Exception {
        line.dropSlot();

        try (Part bridge = line.startBridge("b1")) {
            await().during(Duration.ofSeconds(3)).atMost(PATIENCE).untilAsserted(() -> {
                assertThat(line.value(
                                "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '" + line.slot() + "'"))
                        .isEqualTo("0");
                assertThat(bridge.isReady()).isFalse();
            });
        }
    }

    @Test
    void theEndOfTheLastMigrationEndsTheEngineAndItsSessions() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.order("other", Directive.Order.RUN, 1);
            line.everythingUpToNow();
            line.order("other", Directive.Order.END, 1);
            line.everythingUpToNow();
            assertThat(line.engineSessions()).isPositive();

            line.order(Directive.Order.END);

            await().atMost(PATIENCE).until(() -> line.engineSessions() == 0);
            line.dropSlot();
            assertThat(bridge.isAlive()).isTrue();
        }
    }

    @Test
    void aBridgeMayStartBeforeItsTopics(TestKafka kafka) throws Exception {
        Line early = new Line(line.database, kafka.bootstrapServers(), kafka.prefix() + "early");
        try (Part bridge = early.startBridge("b1")) {
            early.execute("INSERT INTO t VALUES (1, 1, '')");
            await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> bridge.isAlive() && !bridge.isReady());

            early.createTopics();
            early.order(Directive.Order.RUN);

            early.everythingUpToNow();
            assertThat(early.keys("t")).containsExactly(List.of("1"));
        } finally {
            early.close();
        }
    }

    @Test
    void changesOfAPartitionedTableBearItsOwnName() throws Exception {
        line.execute(
                "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20)",
                "ALTER PUBLICATION infill SET (publish_via_partition_root = true)",
                "ALTER PUBLICATION infill ADD TABLE parted (id)");
        try (Part bridge = line.startBridge("b1")) {
            line.execute("INSERT INTO parted VALUES (5)", "UPDATE parted SET id = 15");
            line.everythingUpToNow();
        }

        assertThat(line.keys("parted")).containsExactlyInAnyOrder(List.of("5"), List.of("5"), List.of("15"));
    }

    @Test
    void aUniqueKeyServesWhereThereIsNoPrimaryKey() throws Exception {
        line.execute(
                "CREATE TABLE keyed (note text, b int NOT NULL, a text NOT NULL)",
                "CREATE UNIQUE INDEX keyed_by ON keyed (a, b)",
                "ALTER TABLE keyed REPLICA IDENTITY USING INDEX keyed_by",
                "ALTER PUBLICATION infill ADD TABLE keyed (a, b)");
        try (Part bridge = line.startBridge("b1")) {
            line.execute("INSERT INTO keyed VALUES ('x', 1, 'one')", "UPDATE keyed SET b = 2", "DELETE FROM keyed");
            line.everythingUpToNow();
        }

        assertThat(line.keys("keyed"))
                .containsExactlyInAnyOrder(
                        List.of("one", "1"), List.of("one", "1"), List.of("one", "2"), List.of("one", "2"));
    }

    @Test
    void aTypeThatDebeziumCannotReadIsSaidAndWaitedFor() throws Exception {
        line.execute("CREATE TYPE mood AS ENUM ('sad')", "CREATE DOMAIN my_mood AS mood");
        try (Part bridge = line.startBridge("b1")) {
            line.execute("INSERT INTO t VALUES (1, 1, '')");
            await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> !bridge.isReady());

            line.execute("DROP DOMAIN my_mood");

            line.everythingUpToNow();
        }
        assertThat(line.keys("t")).containsExactly(List.of("1"));
    }

    @Test
    void nothingIsConfirmedWhileTheChangesTopicIsMissing() throws Exception {
        String topic = line.topics.changes("shop");
        try (var admin = line.clients.admin("test")) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
        try (Part bridge = line.startBridge("b1")) {
            line.execute("INSERT INTO t VALUES (1, 1, '')");
            await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> !bridge.isReady());

            line.createTopic(topic, Line.PARTITIONS);

            line.everythingUpToNow();
            assertThat(line.keys("t")).containsExactly(List.of("1"));
            await().atMost(PATIENCE).until(bridge::isReady);
        }
    }

    @Test
    void theSlotMovesWhileOnlyOtherTablesChange() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.everythingUpToNow();
            line.execute("CREATE TABLE others AS SELECT n, repeat('x', 1000) FROM generate_series(1, 5000) n");

            await().atMost(PATIENCE)
                    .until(() -> line.value("SELECT pg_current_wal_lsn() - confirmed_flush_lsn < 100000"
                                    + " FROM pg_replication_slots WHERE slot_name = '" + line.slot() + "'")
                            .equals("t"));
        }
    }

    @Test
    void everySessionBearsOurName() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.everythingUpToNow();

            // Sessions of the test that were closed a moment ago may still be seen.
            await().atMost(PATIENCE)
                    .until(() -> line.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND pid <> pg_backend_pid() AND backend_type IN ('client backend', 'walsender')"
                                    + " AND application_name NOT LIKE 'infill bridge b1 %'")
                            .equals("0"));
            assertThat(line.value("SELECT count(*) FROM pg_stat_replication r JOIN pg_stat_activity a USING (pid)"
                            + " WHERE a.datname = current_database() AND r.application_name LIKE 'infill bridge b1 %'"))
                    .isEqualTo("1");
        }
    }

    private void awaitSeen(long beat) {
        await().atMost(PATIENCE)
                .until(() -> line.value("SELECT seen_beat FROM infill.capture").equals(Long.toString(beat)));
    }
}
