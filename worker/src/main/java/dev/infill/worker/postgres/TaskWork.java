package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.ClaimedRange;
import dev.infill.postgres.ledger.DefinitionLedger;
import dev.infill.postgres.ledger.DefinitionLedger.Definition;
import dev.infill.postgres.ledger.Fingerprint;
import dev.infill.postgres.ledger.OwnershipLedger;
import dev.infill.postgres.ledger.RangeLedger;
import dev.infill.postgres.ledger.RejectedLedger;
import dev.infill.protocol.Directive;
import dev.infill.protocol.Migration;
import dev.infill.protocol.RangeTask;
import dev.infill.protocol.Result;
import dev.infill.protocol.Standing;
import dev.infill.worker.range.Difference;
import dev.infill.worker.range.Halt;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.Pacing;
import dev.infill.worker.range.Turn;
import dev.infill.worker.transform.TransformUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Works on one range until it is closed, in turns: whenever it must wait for long, others may use its thread. */
final class TaskWork implements LaneWork {
    private static final Logger LOG = LoggerFactory.getLogger(TaskWork.class);
    private static final Duration HOLD_CHECK = Duration.ofMillis(200);
    private static final Duration STANDING_CHECK = Duration.ofSeconds(1);
    private static final Duration PACE_CHECK = Duration.ofMillis(200);

    /** The search for a refused row goes on without waiting. */
    private static final Turn AT_ONCE = Turn.later(Duration.ZERO);

    private final RangeTask task;
    private final Experience experience;
    private final Surroundings around;
    private final Troubles troubles;
    private final RangeReports reports;
    private @Nullable RangeRun run;
    private boolean inDoubt;

    TaskWork(RangeTask task, Experience experience, Surroundings around) {
        this.task = task;
        this.experience = experience;
        this.around = around;
        this.troubles = new Troubles(task.migration());
        this.reports = new RangeReports(around);
    }

    @Override
    public Turn turn(Halt halt) throws InterruptedException {
        if (around.directives().get().hasEnded(task.migration())) {
            return Turn.OVER;
        }
        if (pace() == 0) {
            return Turn.later(HOLD_CHECK);
        }
        try (WorkerSessions.Loan loan = around.sessions().borrow(task.database())) {
            Turn turn = work(loan.session(), halt);
            while (turn.equals(AT_ONCE) && !halt.raised()) {
                turn = work(loan.session(), halt);
            }
            return turn;
        } catch (SQLException e) {
            // There is no session: nothing of the range can have failed.
            return Turn.later(troubles.wait(Failure.of(e)));
        }
    }

    private Turn work(WorkerSession session, Halt halt) throws InterruptedException {
        try {
            Optional<Turn> excuse = prepare(session);
            if (excuse.isPresent()) {
                return excuse.get();
            }
            return batches(session, halt);
        } catch (SQLException e) {
            Failure failure = Failure.of(e);
            session.recover(failure);
            return answer(session, failure, e);
        } catch (TransformUnavailableException e) {
            session.rollback();
            return stop(session, String.valueOf(e.getMessage()));
        } catch (ClaimLostException e) {
            session.rollback();
            LOG.info("Another worker took over: {}", e.getMessage());
            return Turn.OVER;
        }
    }

    /** Makes sure that the range is ours and we know how far it is; otherwise says how the turn ends. */
    private Optional<Turn> prepare(WorkerSession session) throws SQLException, ClaimLostException {
        if (run == null) {
            return claim(session);
        }
        if (inDoubt) {
            run.range().refresh(session);
            inDoubt = false;
        }
        return closed(run) ? Optional.of(Turn.OVER) : Optional.empty();
    }

    private Optional<Turn> claim(WorkerSession session) throws SQLException {
        Connection connection = session.connection();
        session.beginUnmarked();
        // Until the commit: whoever moves the ownership later finds the range claimed and takes it away.
        OwnershipLedger.hold(connection, task.migration());
        Optional<Definition> definition = DefinitionLedger.find(connection, task.migration());
        if (definition.isEmpty() || definition.get().standing() != Standing.RUNNING) {
            session.rollback();
            return Optional.of(definition.isEmpty() ? Turn.OVER : Turn.later(STANDING_CHECK));
        }
        Optional<ClaimedRange> range = RangeLedger.claim(connection, task, around.worker());
        session.commit();
        if (range.isEmpty()) {
            return Optional.of(Turn.OVER);
        }
        Migration migration = definition.get().migration();
        String expected = definition.get().fingerprint();
        if (expected != null && !expected.equals(Fingerprint.of(connection, migration))) {
            String problem = "the column " + migration.columnNames() + " of " + migration.table()
                    + " is not the one that was checked: it was dropped, added again or changed, or the expression was";
            return Optional.of(stop(session, problem));
        }
        boolean mayHaveRejected = RejectedLedger.hasAny(connection, task.migration());
        RangeRows rows = new RangeRows(migration, range.get().plan().relation());
        run = begin(
                connection,
                new HeldRange(range.get()),
                new Assignment(
                        definition.get(),
                        rows,
                        mayHaveRejected,
                        experience,
                        ComputedValues.of(migration, around.transforms()),
                        around));
        reports.begun(run.range());
        return Optional.empty();
    }

    private RangeRun begin(Connection connection, HeldRange range, Assignment assignment) throws SQLException {
        Definition definition = assignment.definition();
        Migration.Keep keep = definition.migration().fill().keep();
        Difference suspect = Difference.toSuspect(keep, definition.ownership());
        return switch (task.kind()) {
            case FILL ->
                new FillRun(
                        range,
                        assignment,
                        Difference.toWrite(keep, definition.ownership()),
                        TableShape.read(
                                connection, definition.migration(), range.plan().relation()));
            case VERIFY ->
                new VerifyRun(
                        range,
                        assignment,
                        suspect,
                        TableShape.read(
                                        connection,
                                        definition.migration(),
                                        range.plan().relation())
                                .rowsPerPage());
            case RECHECK -> new RecheckRun(range, assignment, suspect);
        };
    }

    private Turn batches(WorkerSession session, Halt halt)
            throws SQLException, ClaimLostException, InterruptedException {
        RangeRun current = java.util.Objects.requireNonNull(run);
        while (!halt.raised()) {
            if (pace() == 0) {
                return Turn.later(HOLD_CHECK);
            }
            if (!current.prepare(session)) {
                continue;
            }
            Result.Rows before = current.range().progress().rows();
            Duration start = around.time().now();
            current.batch(session);
            Duration took = around.time().now().minus(start);
            current.succeeded(Pacing.measured(took, told().batch()));
            troubles.over();
            reports.moved(current.range(), before, took);
            if (closed(current)) {
                return Turn.OVER;
            }
            rest(took, halt);
        }
        return Turn.STOPPED;
    }

    /** Rests in short steps, because a new directive may shorten the rest or end it. */
    private void rest(Duration busy, Halt halt) throws InterruptedException {
        Duration begun = around.time().now();
        while (!halt.raised()) {
            double pace = pace();
            if (pace == 0 || pace == 1) {
                return;
            }
            Duration left = Pacing.rest(busy, pace).minus(around.time().now().minus(begun));
            if (left.isNegative() || left.isZero()) {
                return;
            }
            halt.await(left.compareTo(PACE_CHECK) < 0 ? left : PACE_CHECK);
        }
    }

    private Turn answer(WorkerSession session, Failure failure, SQLException cause) {
        inDoubt = true;
        if (run != null) {
            run.failed(failure);
        }
        LOG.debug("A batch failed: migration={} range={} {}", task.migration(), task.range(), failure.words(), cause);
        return switch (failure.policy()) {
            case REJECT -> AT_ONCE;
            case RETRY, THROTTLE -> {
                noteError(session, failure);
                yield Turn.later(troubles.wait(failure));
            }
            case STOP -> {
                String problem = failure.words() + " at range " + task.range() + " of "
                        + task.kind().word();
                yield stop(session, problem);
            }
        };
    }

    /** Marks the migration as failed; the task is kept and claimed anew when an operator has resumed it. */
    private Turn stop(WorkerSession session, String problem) {
        run = null;
        session.discard();
        try {
            if (DefinitionLedger.fail(session.connection(), task.migration(), problem)) {
                LOG.error(
                        "The migration can't go on until somebody mends it: migration={} {}",
                        task.migration(),
                        problem);
            }
        } catch (SQLException e) {
            session.recover(Failure.of(e));
            return Turn.later(troubles.wait(Failure.of(e)));
        }
        return Turn.later(STANDING_CHECK);
    }

    private void noteError(WorkerSession session, Failure failure) {
        if (run == null || session.isBroken()) {
            return;
        }
        try {
            RangeLedger.noteError(session.connection(), run.range().claim(), failure.words());
        } catch (SQLException e) {
            session.recover(Failure.of(e));
        }
    }

    private double pace() {
        return told().value();
    }

    private Directive.Pace told() {
        return around.directives().get().pace(task.migration(), around.time().now());
    }

    private static boolean closed(RangeRun run) {
        return run.range().state().closesTask();
    }
}
