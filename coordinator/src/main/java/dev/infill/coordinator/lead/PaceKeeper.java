package dev.infill.coordinator.lead;

import dev.infill.coordinator.pace.Budget;
import dev.infill.coordinator.pace.Governor;
import dev.infill.coordinator.pace.Load;
import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import dev.infill.coordinator.signal.SignalWatch;
import dev.infill.coordinator.signal.SignalWatch.Sensed;
import dev.infill.coordinator.signal.SignalWatch.Target;
import dev.infill.coordinator.signal.SignalWatch.Watched;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.Memo;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.MigrationRow;
import dev.infill.postgres.ledger.PaceLedger;
import dev.infill.protocol.Directive.Pace;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.PaceStatus.SignalStatus;
import dev.infill.protocol.status.Protection.Rest;
import dev.infill.specification.Paces;
import dev.infill.specification.Specification;
import dev.infill.specification.Specification.Limits;
import dev.infill.specification.Specification.Query;
import dev.infill.specification.Specification.Window;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the pace of every migration of a database: says what is to be watched, asks the governor once for what was read, and
 * writes down what came of it. Budgets are each migration's own and are read anew each second; what was read is the database's.
 */
final class PaceKeeper implements AutoCloseable {
    private static final Duration STALE = Duration.ofSeconds(5);
    private static final String OUTSIDE = "outside the window ";
    private static final String CUTTING = "the table is being cut into ranges";

    private final SignalWatch watch;
    private final LatencyBaseline baseline = new LatencyBaseline();
    private final InstantSource clock;
    private final Map<String, Kept> kept = new HashMap<>();
    private Map<String, Wanted> wanted = Map.of();
    private @Nullable Sensed sensed;

    PaceKeeper(SignalWatch watch, InstantSource clock) {
        this.watch = watch;
        this.clock = clock;
    }

    /**
     * What was said last for a migration.
     *
     * @param sensedNanos when that was read which the governor saw last
     * @param saidNanos when it was said
     */
    private record Kept(Governor.State state, Pace pace, List<Load> loads, long sensedNanos, long saidNanos) {
        Kept absolved() {
            return new Kept(state.absolved(), pace, loads, sensedNanos, saidNanos);
        }
    }

    /** The pace that holds, and the words that it was read from: reading them costs more than all else here. */
    private record Wanted(String specification, Optional<String> changed, Specification.Pace pace) {
        static Wanted of(MigrationRow row, Optional<String> changed, @Nullable Wanted last) {
            if (last != null
                    && last.specification().equals(row.specification())
                    && last.changed().equals(changed)) {
                return last;
            }
            return new Wanted(row.specification(), changed, Paces.of(row.specification(), changed.orElse(null)));
        }
    }

    /** Before the paces of a round are asked for. */
    void look(LeaderSession session, List<MigrationRow> rows) throws SQLException {
        Map<String, Wanted> paces = new HashMap<>();
        List<Target> targets = new ArrayList<>();
        for (MigrationRow row : rows) {
            Migration migration = row.definition();
            if (migration == null || !isSteered(row)) {
                kept.remove(row.name());
                continue;
            }
            Wanted now = Wanted.of(row, PaceLedger.wanted(session.connection(), row.name()), wanted.get(row.name()));
            paces.put(row.name(), now);
            Query query = now.pace().query();
            targets.add(new Target(row.name(), migration.table(), migration.key(), query == null ? null : query.sql()));
        }
        wanted = paces;
        kept.keySet().retainAll(paces.keySet());
        watch.watch(new Watched(
                targets, kept.values().stream().allMatch(last -> last.pace().value() == 0)));
        Sensed before = sensed;
        sensed = watch.take();
        baseline.look(session, rows.stream().anyMatch(PaceKeeper::worksThroughRanges), sensed);
        if (sensed != null && (before == null || before.atNanos() != sensed.atNanos())) {
            absolve(sensed);
        }
    }

    private void absolve(Sensed now) {
        double pace = kept.values().stream()
                .mapToDouble(last -> last.pace().value())
                .max()
                .orElse(1);
        if (now.shared().get(Signal.LATENCY) instanceof Reading.Measured latency
                && baseline.second(latency.worst(), pace)) {
            kept.replaceAll((name, last) -> last.absolved());
        }
    }

    /** Whether its latency is to be measured, or its pace to be held. */
    private static boolean isSteered(MigrationRow row) {
        return row.standing() == Standing.RUNNING && row.stage().compareTo(Stage.VERIFY) <= 0;
    }

    private static boolean worksThroughRanges(MigrationRow row) {
        return isSteered(row) && row.stage().compareTo(Stage.FILL) >= 0;
    }

    /** The pace of the next second; written down where it is another one. */
    Pace next(LeaderSession session, MigrationRow row) throws SQLException {
        Wanted found = wanted.get(row.name());
        Specification.Pace pace = found == null ? null : found.pace();
        if (pace == null || !worksThroughRanges(row)) {
            Pace free = pace == null ? Pace.FULL : new Pace(1, null, pace.batch());
            if (differs(row, free)) {
                session.fencedAction(c -> savePace(c, row.name(), free));
            }
            return free;
        }
        Kept last = kept.get(row.name());
        Kept next = decide(row, pace, last == null ? first(row.memo(), pace) : last);
        kept.put(row.name(), next);
        write(session, row, last, next);
        return next.pace();
    }

    private static Kept first(Memo memo, Specification.Pace pace) {
        boolean wasSteered = memo.pace() > 0 && memo.pace() < 1;
        Governor.State begin = pace.limits().latency() == null ? Governor.State.AT_ONCE : Governor.State.FIRST;
        Governor.State state = wasSteered
                ? Governor.State.resumed(memo.pace(), Objects.requireNonNullElse(memo.throttledBy(), ""))
                : begin;
        return new Kept(state, new Pace(0, null), List.of(), 0, System.nanoTime());
    }

    private Kept decide(MigrationRow row, Specification.Pace pace, Kept last) {
        long now = System.nanoTime();
        Window window = pace.window();
        if (window != null && !window.isOpen(clock.instant())) {
            String words = OUTSIDE + window.from() + "-" + window.to() + " " + window.zone();
            return held(last, words, pace.batch());
        }
        if (!row.memo().begun()) {
            // Nobody has a task yet, so the application is felt alone, and a pace that grew now would begin too fast.
            return row.stage() == Stage.FILL ? held(last, CUTTING, pace.batch()) : unchanged(last, pace.batch());
        }
        Sensed read = sensed;
        if (read == null || now - read.atNanos() > STALE.toNanos()) {
            return held(last, "the database's signals have not been read for a while", pace.batch());
        }
        if (Limits.AS_BEFORE.equals(pace.limits().latency())
                && baseline.micros().isEmpty()) {
            return held(last, "measuring the application's latency before the fill", pace.batch());
        }
        if (read.atNanos() == last.sensedNanos()) {
            return unchanged(last, pace.batch());
        }
        List<Budget> budgets = Budgets.of(pace, baseline.micros(), row.stage());
        Governor.Decision decision = Governor.next(last.state(), budgets, read.of(row.name()));
        String reason = decision.reason().isEmpty() ? null : decision.reason();
        return new Kept(
                decision.state(),
                new Pace(decision.pace(), reason, Governor.batch(pace.batch(), decision.pace())),
                decision.loads(),
                read.atNanos(),
                now);
    }

    private static Kept unchanged(Kept last, Duration batch) {
        Pace pace = new Pace(last.pace().value(), last.pace().throttledBy(), batch);
        return new Kept(last.state(), pace, last.loads(), last.sensedNanos(), System.nanoTime());
    }

    private static Kept held(Kept last, String why, Duration batch) {
        return new Kept(last.state(), new Pace(0, why, batch), last.loads(), last.sensedNanos(), System.nanoTime());
    }

    private static void write(LeaderSession session, MigrationRow row, @Nullable Kept last, Kept next)
            throws SQLException {
        List<SignalStatus> signals = next.loads().stream()
                .map(load -> new SignalStatus(
                        load.budget().name(), Double.isInfinite(load.share()) ? null : load.share(), load.words()))
                .toList();
        Optional<Rest> rest = last == null ? Optional.empty() : rest(last.pace(), next.saidNanos() - last.saidNanos());
        session.fencedAction(c -> {
            if (differs(row, next.pace())) {
                savePace(c, row.name(), next.pace());
            }
            PaceLedger.show(c, row.name(), signals);
            if (rest.isPresent()) {
                PaceLedger.rest(c, row.name(), rest.get());
            }
        });
    }

    /** What the pace that held until now cost; hours that the operator has ruled out are no cost, nor is it where nobody waits. */
    private static Optional<Rest> rest(Pace held, long nanos) {
        String words = held.throttledBy();
        if (words == null || held.value() == 1 || words.startsWith(OUTSIDE) || words.equals(CUTTING)) {
            return Optional.empty();
        }
        // Without figures: one row a reason.
        String reason = words.replaceFirst("[0-9<>=:].*", "").strip();
        return Optional.of(new Rest(reason, (1 - held.value()) * nanos / 1e9));
    }

    private static boolean differs(MigrationRow row, Pace next) {
        return next.value() != row.memo().pace()
                || !Objects.equals(next.throttledBy(), row.memo().throttledBy());
    }

    /** Read again inside the fence: a step of the same turn may have changed the rest of the memo. */
    private static void savePace(Connection connection, String migration, Pace pace) throws SQLException {
        Memo memo = MigrationLedger.memo(connection, migration);
        MigrationLedger.saveMemo(connection, migration, memo.withPace(pace.value(), pace.throttledBy()));
    }

    @Override
    public void close() {
        watch.close();
    }
}
