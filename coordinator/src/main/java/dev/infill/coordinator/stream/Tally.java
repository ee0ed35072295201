package dev.infill.coordinator.stream;

import dev.infill.protocol.Progress;
import dev.infill.protocol.Progress.Repairs;
import dev.infill.protocol.Progress.Tasks;
import dev.infill.protocol.Result.RangeReported;
import dev.infill.protocol.Result.RepairsMeasured;
import dev.infill.protocol.Result.Rows;
import dev.infill.protocol.TaskKind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A migration's results summed up so far. Ranges count by difference: what a range last said is taken off before what it says
 * now is put on.
 *
 * @param pass the newest pass that was heard of
 * @param rows of this pass
 * @param heard when each worker last measured repairs, by its own clock: a measurement told twice counts once
 */
record Tally(
        int pass, TaskKind kind, Counts counts, Rows rows, Repaired repaired, Map<String, Instant> heard, Instant at) {
    static final Tally EMPTY = new Tally(
            0,
            TaskKind.FILL,
            new Counts(0, 0),
            new Rows(0, 0),
            new Repaired(0, 0, StalenessHistogram.EMPTY, RecentStaleness.NONE),
            Map.of(),
            Instant.EPOCH);

    /** A report of an earlier pass that is so much later than all others is of a migration that began anew under its name. */
    private static final Duration BEGAN_ANEW = Duration.ofMinutes(1);

    Tally {
        heard = Map.copyOf(heard);
    }

    /** Tasks that were heard of in this pass. */
    record Counts(long running, long closed) {
        Counts plus(RangeReported report, int sign) {
            return report.state().closesTask()
                    ? new Counts(running, closed + sign)
                    : new Counts(running + sign, closed);
        }
    }

    /** Repairs, and how stale the rows were, all the time and of late. */
    record Repaired(long changes, long repaired, String staleness, RecentStaleness recent) {
        Repaired {
            recent = recent == null ? RecentStaleness.NONE : recent; // kept by an older coordinator
        }
    }

    /** Whether a report says more of its range than what was heard last. */
    boolean accepts(RangeReported report, @Nullable RangeReported last) {
        if (beginsAnew(report)) {
            return true;
        }
        if (report.task().pass() != pass || last == null || last.task().pass() != pass) {
            return report.task().pass() >= pass;
        }
        if (report.claim() != last.claim()) {
            return report.claim() > last.claim();
        }
        boolean reopens = last.state().closesTask() && !report.state().closesTask();
        return !reopens && report.rows().read() >= last.rows().read();
    }

    /** The sum with an accepted report. */
    Tally plus(RangeReported report, @Nullable RangeReported last) {
        int newest = report.task().pass();
        if (beginsAnew(report)) {
            return EMPTY.inPass(report).plus(report, null);
        }
        if (newest > pass) {
            return inPass(report).plus(report, null);
        }
        Tally without = last == null || last.task().pass() != pass ? this : changedBy(last, -1);
        return without.changedBy(report, 1);
    }

    private boolean beginsAnew(RangeReported report) {
        return report.task().pass() < pass && report.at().isAfter(at.plus(BEGAN_ANEW));
    }

    private Tally inPass(RangeReported report) {
        return new Tally(
                report.task().pass(), report.task().kind(), new Counts(0, 0), new Rows(0, 0), repaired, heard, at);
    }

    private Tally changedBy(RangeReported report, int sign) {
        Rows sum = new Rows(
                rows.read() + sign * report.rows().read(),
                rows.changed() + sign * report.rows().changed());
        return new Tally(pass, kind, counts.plus(report, sign), sum, repaired, heard, later(report.at()));
    }

    /** The sum with what a worker repaired since it last said so; the same where it said so before. */
    Tally plus(RepairsMeasured measured) {
        Instant last = heard.getOrDefault(measured.worker(), Instant.MIN);
        if (!measured.at().isAfter(last)) {
            return this;
        }
        Map<String, Instant> hearing = new HashMap<>(heard);
        hearing.put(measured.worker(), measured.at());
        Repaired sum = new Repaired(
                repaired.changes() + measured.changes(),
                repaired.repaired() + measured.repaired(),
                StalenessHistogram.merged(repaired.staleness(), measured.staleness()),
                repaired.recent().plus(measured));
        return new Tally(pass, kind, counts, rows, sum, hearing, later(measured.at()));
    }

    private Instant later(Instant heardAt) {
        return heardAt.isAfter(at) ? heardAt : at;
    }

    Progress progress(String migration) {
        return new Progress(
                migration,
                pass,
                new Tasks(kind, counts.running(), counts.closed()),
                rows,
                new Repairs(
                        repaired.changes(),
                        repaired.repaired(),
                        StalenessHistogram.percentiles(repaired.staleness()),
                        repaired.recent().recent()),
                at);
    }
}
