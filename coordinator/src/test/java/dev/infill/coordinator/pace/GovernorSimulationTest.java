package dev.infill.coordinator.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.pace.Plant.Kind;
import dev.infill.coordinator.pace.Plant.Second;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pace over time, from the begin, through a step of load and back, with 1 to 16 workers. */
class GovernorSimulationTest {
    private static final int HEAVY_FROM = 300;
    private static final int HEAVY_TO = 600;
    private static final int END = 900;
    private static final int SETTLED = 60;

    /** The application's own load takes two thirds of what the database bears. */
    private static double capacity(int second) {
        return second < HEAVY_FROM || second >= HEAVY_TO ? 3 : 1;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16})
    void latencyStaysWithinItsBudgetWithoutSwingingOrSleeping(int workers) {
        List<Second> run = new Plant(workers, 7).run(Kind.LATENCY, END, GovernorSimulationTest::capacity);

        print("latency", workers, run, second -> 100.0 * second.slowProbes() / second.probes());
        List<List<Second>> loads = settled(run);
        for (int i = 0; i < loads.size(); i++) {
            List<Second> settled = loads.get(i);
            double slow = settled.stream().mapToInt(Second::slowProbes).sum() / (10.0 * settled.size());
            assertThat(slow).as("share of probes over the budget").isLessThan(0.015);
            assertIsSteady(settled);
            // Under the heavy load two at once are felt in a third of all probes, so one in four seconds is all there
            // is.
            assertThat(mean(settled) * workers).as("workers at work").isGreaterThan(i == 1 ? 0.2 : 0.9);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16})
    void replicaLagStaysWithinItsBudgetAndItsCapacityIsUsed(int workers) {
        List<Second> run = new Plant(workers, 7).run(Kind.LAG, END, GovernorSimulationTest::capacity);

        print("replica lag", workers, run, Second::lagSeconds);
        List<List<Second>> settled = settled(run);
        for (int i = 0; i < settled.size(); i++) {
            double ideal = Math.min(1, (i == 1 ? 1.0 : 3.0) / workers);
            assertThat(mean(settled.get(i))).as("mean pace").isBetween(0.6 * ideal, 1.1 * ideal);
            assertIsSteady(settled.get(i));
            assertThat(settled.get(i)).allMatch(second -> second.lagSeconds() < 2 * Plant.LAG_BUDGET);
        }
    }

    /** Each load, without the minute in which the pace finds it. */
    private static List<List<Second>> settled(List<Second> run) {
        return List.of(
                run.subList(SETTLED, HEAVY_FROM),
                run.subList(HEAVY_FROM + SETTLED, HEAVY_TO),
                run.subList(HEAVY_TO + 2 * SETTLED, END));
    }

    /** Nine seconds in ten are within a factor of three of each other. */
    private static void assertIsSteady(List<Second> seconds) {
        double[] paces = seconds.stream().mapToDouble(Second::pace).sorted().toArray();
        double low = paces[paces.length / 20];
        double high = paces[paces.length - 1 - paces.length / 20];

        assertThat(low).as("pace at its lowest").isGreaterThan(Governor.LEAST);
        assertThat(high / low).as("highest to lowest pace").isLessThan(3);
    }

    private static double mean(List<Second> seconds) {
        return seconds.stream().mapToDouble(Second::pace).average().orElseThrow();
    }

    private static void print(String what, int workers, List<Second> run, ToDoubleFunction<Second> felt) {
        StringBuilder table = new StringBuilder();
        table.append(what).append(", ").append(workers).append(" workers\n   second   pace  workers at work  ");
        table.append(what.equals("latency") ? "% of probes slow" : "lag in s").append('\n');
        IntStream.range(0, run.size() / 30).forEach(i -> {
            List<Second> part = run.subList(i * 30, i * 30 + 30);
            table.append(String.format(
                    Locale.ROOT,
                    "%6d-%-4d %.3f %8.2f %16.2f  %s%n",
                    i * 30,
                    i * 30 + 29,
                    mean(part),
                    mean(part) * workers,
                    part.stream().mapToDouble(felt).average().orElseThrow(),
                    "#".repeat((int) Math.ceil(mean(part) * 40))));
        });
        System.out.print(table);
    }
}
