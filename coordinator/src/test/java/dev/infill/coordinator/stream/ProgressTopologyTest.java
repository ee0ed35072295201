package dev.infill.coordinator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.infill.protocol.Progress;
import dev.infill.protocol.Progress.Percentiles;
import dev.infill.protocol.Progress.Recent;
import dev.infill.protocol.Progress.Tasks;
import dev.infill.protocol.Progress.Window;
import dev.infill.protocol.RangeState;
import dev.infill.protocol.RangeTask;
import dev.infill.protocol.Result;
import dev.infill.protocol.Result.RangeReported;
import dev.infill.protocol.Result.RepairsMeasured;
import dev.infill.protocol.Result.Rows;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.Topics;
import dev.infill.protocol.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Properties;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProgressTopologyTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final String MIGRATION = "orders-total-cents";

    private final Topics topics = new Topics("infill");
    private final TopologyTestDriver driver =
            new TopologyTestDriver(ProgressTopology.build(topics), new Properties(), START);
    private final TestInputTopic<String, byte[]> results =
            driver.createInputTopic(topics.results(), new StringSerializer(), new ByteArraySerializer());
    private final TestOutputTopic<String, byte[]> progress =
            driver.createOutputTopic(topics.progress(), new StringDeserializer(), new ByteArrayDeserializer());

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void countsRunningAndClosedTasks() {
        say(range(1, 0, 1).running(10, 5));
        say(range(1, 1, 1).done(100, 50));
        say(range(1, 2, 1).done(100, 60));

        assertThat(told().tasks()).isEqualTo(new Tasks(TaskKind.FILL, 1, 2));
        assertThat(told().rows()).isEqualTo(new Rows(210, 115));
    }

    @Test
    void aRangesNextWordReplacesItsLast() {
        say(range(1, 0, 1).running(10, 5));
        say(range(1, 0, 1).running(40, 20));
        say(range(1, 0, 1).done(100, 50));

        assertThat(told().tasks()).isEqualTo(new Tasks(TaskKind.FILL, 0, 1));
        assertThat(told().rows()).isEqualTo(new Rows(100, 50));
    }

    @Test
    void whatIsToldTwiceCountsOnce() {
        say(range(1, 0, 1).done(100, 50));
        say(range(1, 0, 1).done(100, 50));

        assertThat(told().tasks()).isEqualTo(new Tasks(TaskKind.FILL, 0, 1));
        assertThat(told().rows()).isEqualTo(new Rows(100, 50));
    }

    @Test
    void aStaleClaimIsNotHeard() {
        say(range(1, 0, 2).running(60, 30));
        say(range(1, 0, 1).done(100, 50));

        assertThat(told().tasks()).isEqualTo(new Tasks(TaskKind.FILL, 1, 0));
        assertThat(told().rows()).isEqualTo(new Rows(60, 30));
    }

    @Test
    void aTaskThatIsClosedStaysClosed() {
        say(range(1, 0, 1).done(100, 50));
        say(range(1, 0, 1).running(100, 50));

        assertThat(told().tasks()).isEqualTo(new Tasks(TaskKind.FILL, 0, 1));
    }

    @Test
    void theNewestPassIsTheOneThatCounts() {
        say(range(1, 0, 1).done(100, 50));
        say(range(1, 1, 1).done(100, 50));
        say(range(2, 0, 2).running(10, 0));
        say(range(1, 1, 1).done(100, 50));

        assertThat(told().pass()).isEqualTo(2);
        assertThat(told().tasks()).isEqualTo(new Tasks(TaskKind.VERIFY, 1, 0));
        assertThat(told().rows()).isEqualTo(new Rows(10, 0));
    }

    @Test
    void migrationsAreCountedApart() {
        say(range(1, 0, 1).done(100, 50));
        RangeTask other = new RangeTask("other", "shop", 1, TaskKind.FILL, 0);
        say(new RangeReported("other", START, other, RangeState.DONE, 1, new Rows(7, 7), "w1"));

        assertThat(told().rows()).isEqualTo(new Rows(100, 50));
        assertThat(told("other").rows()).isEqualTo(new Rows(7, 7));
    }

    @Test
    void aMigrationThatBeginsAnewUnderItsNameIsCountedAnew() {
        say(range(7, 0, 9).done(100, 50));
        Result anew = new RangeReported(
                MIGRATION,
                START.plusSeconds(120),
                new RangeTask(MIGRATION, "shop", 1, TaskKind.FILL, 0),
                RangeState.RUNNING,
                1,
                new Rows(1, 1),
                "w1");
        say(anew);

        assertThat(told().pass()).isEqualTo(1);
        assertThat(told().tasks()).isEqualTo(new Tasks(TaskKind.FILL, 1, 0));
    }

    @Test
    void repairsOfAllWorkersAddUp() {
        say(repairs("w1", 1, 10, 4, 1000));
        say(repairs("w2", 1, 20, 6, 3000));
        say(repairs("w1", 2, 5, 5, 3000));

        assertThat(told().repairs().changes()).isEqualTo(35);
        assertThat(told().repairs().repaired()).isEqualTo(15);
        Percentiles staleness = told().repairs().stalenessMicros();
        assertThat(staleness.p50()).isBetween(2990L, 3010L);
        assertThat(staleness.max()).isBetween(2990L, 3010L);
    }

    @Test
    void aSlowBeginIsForgottenAfterAMinute() {
        say(repairs("w1", 1, 100, 4, 30_000_000));
        say(repairs("w1", 55, 10, 4, 1000));

        assertThat(told().repairs().recent().windows())
                .extracting(Window::seconds, window -> window.stalenessMicros().p99() > 1_000_000)
                .containsExactly(
                        tuple(10, false),
                        tuple(20, false),
                        tuple(30, false),
                        tuple(40, false),
                        tuple(50, true),
                        tuple(60, true));

        say(repairs("w1", 71, 5, 4, 2000));

        Recent recent = told().repairs().recent();
        assertThat(recent.until()).isEqualTo(START.plusSeconds(71));
        assertThat(recent.windows())
                .allSatisfy(window -> assertThat(window.stalenessMicros().p99()).isBetween(1990L, 2010L));
        assertThat(recent.windows()).extracting(Window::changes).containsExactly(5L, 15L, 15L, 15L, 15L, 15L);
        assertThat(told().repairs().stalenessMicros().p99()).isGreaterThan(29_000_000);
    }

    @Test
    void aWorkerWhoseClockIsBehindIsCountedInItsSlice() {
        say(repairs("w1", 65, 10, 4, 1000));
        say(repairs("w2", 41, 20, 4, 9000));
        say(repairs("w2", 45, 1, 1, 9000));

        assertThat(told().repairs().recent().windows())
                .extracting(Window::changes)
                .containsExactly(10L, 31L, 31L, 31L, 31L, 31L);
    }

    @Test
    void whatIsOverIsNoNewsAnyMore() {
        say(repairs("w1", 1, 10, 4, 1000));

        Recent recent = told().repairs().recent();

        assertThat(recent.over(Duration.ofSeconds(60), START.plusSeconds(60))).isPresent();
        assertThat(recent.over(Duration.ofSeconds(15), START.plusSeconds(20)))
                .get()
                .extracting(Window::seconds)
                .isEqualTo(20);
        assertThat(recent.over(Duration.ofSeconds(60), START.plusSeconds(62))).isEmpty();
    }

    @Test
    void repairsToldTwiceCountOnce() {
        say(repairs("w1", 1, 10, 4, 1000));
        say(repairs("w1", 1, 10, 4, 1000));

        assertThat(told().repairs().changes()).isEqualTo(10);
    }

    @Test
    void whatNobodyCanReadIsLeftOut() {
        results.pipeInput(MIGRATION, "{\"type\":\"dance\"}".getBytes(StandardCharsets.UTF_8));
        results.pipeInput(MIGRATION, "no json".getBytes(StandardCharsets.UTF_8));
        say(new RepairsMeasured(MIGRATION, START, "w1", 1, 1, "no histogram"));
        say(range(1, 0, 1).done(100, 50));

        assertThat(told().rows()).isEqualTo(new Rows(100, 50));
        assertThat(told().repairs().changes()).isZero();
    }

    @Test
    void saysNothingWhileNothingChanges() {
        say(range(1, 0, 1).done(100, 50));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        progress.readKeyValuesToList();

        driver.advanceWallClockTime(Duration.ofSeconds(30));

        assertThat(progress.isEmpty()).isTrue();
    }

    @Test
    void everyCoordinatorCanBeAsked() {
        say(range(1, 0, 1).done(100, 50));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        ValueAndTimestamp<byte[]> known = table().get(MIGRATION);

        assertThat(Json.read(known.value(), Progress.class).rows()).isEqualTo(new Rows(100, 50));
    }

    @Test
    void forgetsWhatIsLongOver() {
        say(range(1, 0, 1).done(100, 50));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        driver.advanceWallClockTime(Duration.ofDays(8));

        assertThat(table().get(MIGRATION)).isNull();
        assertThat(driver.getKeyValueStore(ProgressTopology.RANGES).all().hasNext())
                .isFalse();
    }

    private record Speaker(int pass, int number, long claim) {
        Result running(long read, long changed) {
            return report(RangeState.RUNNING, read, changed);
        }

        Result done(long read, long changed) {
            return report(RangeState.DONE, read, changed);
        }

        private Result report(RangeState state, long read, long changed) {
            TaskKind kind = pass == 1 ? TaskKind.FILL : TaskKind.VERIFY;
            RangeTask task = new RangeTask(MIGRATION, "shop", pass, kind, number);
            return new RangeReported(MIGRATION, START, task, state, claim, new Rows(read, changed), "w1");
        }
    }

    private static Speaker range(int pass, int number, long claim) {
        return new Speaker(pass, number, claim);
    }

    private static Result repairs(String worker, int second, long changes, long repaired, long micros) {
        Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount(micros, changes);
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        byte[] bytes = new byte[length];
        buffer.rewind().get(bytes);
        String staleness = Base64.getEncoder().encodeToString(bytes);
        return new RepairsMeasured(MIGRATION, START.plusSeconds(second), worker, changes, repaired, staleness);
    }

    private void say(Result result) {
        results.pipeInput(result.migration(), Json.bytes(result));
    }

    private Progress told() {
        return told(MIGRATION);
    }

    private Progress told(String migration) {
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        return Json.read(table().get(migration).value(), Progress.class);
    }

    private KeyValueStore<String, ValueAndTimestamp<byte[]>> table() {
        return driver.getTimestampedKeyValueStore(ProgressTopology.PROGRESS);
    }
}
