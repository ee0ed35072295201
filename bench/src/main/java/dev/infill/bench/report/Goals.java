package dev.infill.bench.report;

import dev.infill.bench.report.Results.ShapeResult;
import dev.infill.bench.table.KeyKind;
import dev.infill.bench.table.TableShape;
import dev.infill.bench.table.Width;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

/** What Infill with two workers is to reach, and whether it did in a run; misses are said as plainly as hits. */
final class Goals {
    /** Whom the goals are for. */
    static final String CANDIDATE = "infill-2";

    private static final String AGAIN = CANDIDATE + "-again";
    private static final String REPAIR = CANDIDATE + "-repair";
    private static final String PLAN = CANDIDATE + "-plan";
    private static final String TOUCH = "touch-loop";
    private static final long FIVE_MILLION = 5_000_000;

    private static final List<Goal> ALL = List.of(
            atMost(0.25, "time ÷ one `UPDATE`", ratio(Figure.TIME), three(KeyKind.BIGINT)),
            atMost(0.30, "time ÷ one `UPDATE`", ratio(Figure.TIME), three(KeyKind.UUID)),
            atMost(0.20, "time ÷ touch loop", Goals::touchRatio, three(KeyKind.BIGINT)),
            atMost(0.25, "time ÷ touch loop", Goals::touchRatio, three(KeyKind.UUID)),
            atMost(0.75, "time ÷ one `UPDATE`", ratio(Figure.TIME), quiet(0)),
            atMost(0.60, "WAL ÷ one `UPDATE`", ratio(Figure.WAL), three(KeyKind.BIGINT)),
            atMost(0.62, "WAL ÷ one `UPDATE`", ratio(Figure.WAL), three(KeyKind.UUID)),
            atMost(1.15, "heap growth", of(Figure.HEAP), Goals::isPlain),
            atMost(1.08, "index growth", of(Figure.INDEXES), Goals::isPlain),
            new Goal(86, false, "HOT share, %", of(Figure.HOT), Goals::isPlain),
            atMost(0.15, "verify ÷ fill", of(Figure.VERIFY_SHARE), Goals::isPlain),
            atMost(15, "CPU of Infill ÷ server, %", of(Figure.TOOL_SHARE), Goals::isPlain),
            atMost(1.1, "order to filled ÷ fill", of(Figure.WHOLE_SHARE), shape -> shape.rows() == FIVE_MILLION),
            atMost(30, "staleness p50, ms", of(Figure.STALENESS_P50), Goals::isBusy),
            atMost(100, "staleness p99, ms", of(Figure.STALENESS_P99), Goals::isBusy),
            atMost(0, "rows wrong", of(Figure.WRONG), shape -> true),
            atMost(0, "rows written to a filled table", of(AGAIN, Figure.UPDATED), Goals::isPlain),
            new Goal(20_000, false, "keys repaired a second", of(REPAIR, Figure.REPAIRS), Goals::isPlain),
            atMost(1, "planning of 10^9 rows, s", of(PLAN, Figure.PLAN), shape -> true));

    private record Goal(
            double limit,
            boolean atMost,
            String what,
            Function<ShapeResult, Values> reader,
            Predicate<TableShape> concerns) {
        String row(ShapeResult result, double measured) {
            boolean met = atMost ? measured <= limit : measured >= limit;
            return String.format(
                    Locale.ROOT,
                    "| `%s` | %s | %s %s | %.2f | %s |",
                    result.shape().name(),
                    what,
                    atMost ? "≤" : "≥",
                    limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit),
                    measured,
                    met ? "met" : "**missed**");
        }
    }

    private Goals() {}

    /** A table; empty when the run says nothing of any goal. */
    static List<String> lines(Results results) {
        List<String> rows = new ArrayList<>();
        for (ShapeResult result : results.shapes()) {
            for (Goal goal : ALL) {
                Values values =
                        goal.concerns().test(result.shape()) ? goal.reader().apply(result) : new Values(List.of());
                if (!values.isEmpty()) {
                    rows.add(goal.row(result, values.median()));
                }
            }
        }
        rows.addAll(Flatness.rows(results, CANDIDATE));
        if (rows.isEmpty()) {
            return rows;
        }
        rows.addAll(
                0,
                List.of(
                        "| table | Infill with two workers | goal | measured | |",
                        "| --- | --- | ---: | ---: | --- |"));
        return rows;
    }

    private static Goal atMost(
            double limit, String what, Function<ShapeResult, Values> reader, Predicate<TableShape> concerns) {
        return new Goal(limit, true, what, reader, concerns);
    }

    private static Function<ShapeResult, Values> of(Figure figure) {
        return of(CANDIDATE, figure);
    }

    private static Function<ShapeResult, Values> of(String candidate, Figure figure) {
        return result -> Values.of(result, candidate, figure);
    }

    private static Function<ShapeResult, Values> ratio(Figure figure) {
        return result -> Values.ratio(result, CANDIDATE, figure);
    }

    private static Values touchRatio(ShapeResult result) {
        return Values.ratio(result, CANDIDATE, TOUCH, Figure.TIME);
    }

    private static Predicate<TableShape> three(KeyKind key) {
        return quiet(3).and(shape -> shape.key() == key);
    }

    private static Predicate<TableShape> quiet(int indexes) {
        return shape -> isPlain(shape) && shape.indexes() == indexes;
    }

    /** A full table of narrow rows that nobody else writes: what the goals are said for. */
    private static boolean isPlain(TableShape shape) {
        return shape.width() == Width.NARROW && shape.fillfactor() == 100 && !isBusy(shape);
    }

    private static boolean isBusy(TableShape shape) {
        return shape.changesPerSecond() > 0;
    }
}
