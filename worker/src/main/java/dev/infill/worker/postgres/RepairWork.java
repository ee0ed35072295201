package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.Failure.Policy;
import dev.infill.postgres.VisibilityGate;
import dev.infill.postgres.ledger.DefinitionLedger;
import dev.infill.postgres.ledger.DefinitionLedger.Definition;
import dev.infill.postgres.ledger.RepairLedger;
import dev.infill.protocol.TableName;
import dev.infill.worker.postgres.ChangeSet.ChangedRow;
import dev.infill.worker.range.Halt;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.Turn;
import dev.infill.worker.transform.TransformUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repairs the rows that the records of some partitions name, together, and reports the barriers of each partition when all
 * of its rows are repaired. Nothing of it is given up: what fails is tried again, so that a barrier is never reported before
 * all that lies ahead of it is repaired. A row that stays locked holds up its own partition and no other.
 */
final class RepairWork implements LaneWork {
    private static final Logger LOG = LoggerFactory.getLogger(RepairWork.class);
    private static final Duration GATE_CHECK = Duration.ofMillis(5);
    private static final Duration LOCKED_CHECK = Duration.ofMillis(50);
    private static final Duration NOT_LOADED = Duration.ofSeconds(5);

    private final String database;
    private final ChangeSet changes;
    private final Surroundings around;
    private final Troubles troubles;
    /** What is left of the changes, by migration. */
    private final Map<String, Deque<List<ChangedRow>>> left = new HashMap<>();
    /** Partitions whose rows are repaired and whose barriers are reported. */
    private final Set<Integer> over = new HashSet<>();

    private @Nullable Duration waitingSince;

    RepairWork(String database, ChangeSet changes, Surroundings around) {
        this.database = database;
        this.changes = changes;
        this.around = around;
        this.troubles = new Troubles("repair in " + database + ", partitions " + changes.partitions());
    }

    @Override
    public boolean isOver(Place place) {
        return over.contains(place.partition());
    }

    @Override
    public Turn turn(Halt halt) {
        try (WorkerSessions.Loan loan = around.sessions().borrow(database)) {
            return work(loan.session(), halt);
        } catch (SQLException e) {
            LOG.debug("No session for repairs: database={}", database, e);
            return Turn.later(troubles.wait(Failure.of(e)));
        }
    }

    private Turn work(WorkerSession session, Halt halt) {
        try {
            List<Definition> definitions = wanted(session.connection());
            if (!isGateOpen(session.connection(), definitions)) {
                return Turn.later(GATE_CHECK);
            }
            Turn turn = Turn.OVER;
            for (Definition definition : definitions) {
                Turn next = repair(session, definition, halt);
                turn = next.over() ? turn : next;
            }
            forgetOthersThan(definitions);
            finishPartitions(session);
            if (turn.over()) {
                troubles.over();
            }
            return turn;
        } catch (SQLException e) {
            session.recover(Failure.of(e));
            LOG.debug("A repair failed: database={} partitions={}", database, changes.partitions(), e);
            return Turn.later(troubles.wait(Failure.of(e)));
        }
    }

    /** Asked for each batch of records: a definition that is remembered may be older than its first change. */
    private List<Definition> wanted(Connection connection) throws SQLException {
        if (changes.isOnlyBarriers()) {
            return List.of();
        }
        return DefinitionLedger.repaired(connection).stream()
                .filter(definition ->
                        !changes.transactions(definition.migration().table()).isEmpty())
                .filter(definition -> !around.directives()
                        .get()
                        .hasEnded(definition.migration().name()))
                .toList();
    }

    private boolean isGateOpen(Connection connection, List<Definition> definitions) throws SQLException {
        if (definitions.isEmpty()) {
            return true;
        }
        Duration now = around.time().now();
        Duration waited = waitingSince == null ? Duration.ZERO : now.minus(waitingSince);
        List<Long> transactions = definitions.stream()
                .map(definition -> definition.migration().table())
                .distinct()
                .flatMap(table -> changes.transactions(table).stream())
                .toList();
        if (VisibilityGate.isOpen(connection, transactions, waited)) {
            waitingSince = null;
            return true;
        }
        waitingSince = waitingSince == null ? now : waitingSince;
        return false;
    }

    /** One migration that can't be repaired does not keep those beside it from being repaired. */
    private Turn repair(WorkerSession session, Definition definition, Halt halt) throws SQLException {
        TableName table = definition.migration().table();
        Deque<List<ChangedRow>> chunks =
                left.computeIfAbsent(definition.migration().name(), name -> changes.chunks(table));
        List<List<ChangedRow>> locked = new ArrayList<>();
        try {
            RowRepair rows = new RowRepair(definition, counter(), around);
            while (!chunks.isEmpty() && !halt.raised()) {
                if (!rows.prepare(session, chunks.element())) {
                    continue;
                }
                repairNext(session, rows, chunks, locked);
            }
        } catch (TransformUnavailableException e) {
            fail(session, definition, String.valueOf(e.getMessage()));
            return Turn.later(NOT_LOADED);
        } catch (SQLException e) {
            return giveWay(session, definition, e);
        } finally {
            chunks.addAll(locked);
        }
        return chunks.isEmpty() ? Turn.OVER : Turn.later(LOCKED_CHECK);
    }

    private void repairNext(
            WorkerSession session, RowRepair rows, Deque<List<ChangedRow>> chunks, List<List<ChangedRow>> locked)
            throws SQLException {
        List<ChangedRow> chunk = chunks.element();
        try {
            rows.repair(session, chunk);
            chunks.remove();
        } catch (SQLException e) {
            Failure failure = Failure.of(e);
            session.recover(failure);
            boolean refused = failure.policy() == Policy.REJECT;
            if (session.isBroken() || !(refused || failure.isLockConflict())) {
                throw e;
            }
            if (refused && chunk.size() == 1) {
                setAside(session, rows, chunk.get(0), failure);
            }
            chunks.remove();
            if (chunk.size() > 1) {
                chunks.addFirst(chunk.subList(chunk.size() / 2, chunk.size()));
                chunks.addFirst(chunk.subList(0, chunk.size() / 2));
            } else if (!refused) {
                locked.add(chunk);
            }
        }
    }

    /**
     * Where a table's replica identity is an index without the primary key, the end of a row is logged without its key, and
     * the reader says empty texts instead. What can't be read as a key is the key of no row.
     */
    private static void setAside(WorkerSession session, RowRepair rows, ChangedRow row, Failure refusal)
            throws SQLException {
        try {
            rows.reject(session, row, refusal);
        } catch (SQLException e) {
            Failure failure = Failure.of(e);
            session.recover(failure);
            if (session.isBroken() || failure.policy() != Policy.REJECT) {
                throw e;
            }
            rows.pass(session, row);
        }
    }

    private Turn giveWay(WorkerSession session, Definition definition, SQLException cause) throws SQLException {
        Failure failure = Failure.of(cause);
        session.recover(failure);
        if (session.isBroken()) {
            throw cause;
        }
        LOG.debug("A repair failed: database={} partitions={}", database, changes.partitions(), cause);
        // A refusal that can't even be noted down as one is nothing that waiting mends.
        if (failure.policy() == Policy.STOP || failure.policy() == Policy.REJECT) {
            session.discard();
            fail(
                    session,
                    definition,
                    failure.words() + " when repairing changed rows of "
                            + definition.migration().table());
        }
        return Turn.later(troubles.wait(failure));
    }

    private static void fail(WorkerSession session, Definition definition, String problem) throws SQLException {
        String name = definition.migration().name();
        if (DefinitionLedger.fail(session.connection(), name, problem)) {
            LOG.error("Changed rows can't be repaired until somebody mends it: migration={} {}", name, problem);
        }
    }

    /** What is left to do for a migration that has ended meanwhile must not hold up the others' barriers. */
    private void forgetOthersThan(List<Definition> wanted) {
        left.keySet()
                .retainAll(wanted.stream()
                        .map(definition -> definition.migration().name())
                        .toList());
    }

    /** Where what is done together is counted: a row of the ledger that others seldom write at the same time. */
    private int counter() {
        return changes.partitions().iterator().next();
    }

    private void finishPartitions(WorkerSession session) throws SQLException {
        Set<Integer> done = new TreeSet<>(changes.partitions());
        done.removeAll(over);
        left.values().stream()
                .flatMap(Deque::stream)
                .flatMap(List::stream)
                .map(ChangedRow::partition)
                .forEach(done::remove);
        passBarriers(session, done);
        over.addAll(done);
    }

    private void passBarriers(WorkerSession session, Set<Integer> partitions) throws SQLException {
        List<Integer> reached = partitions.stream()
                .filter(partition -> !changes.barriers(partition).isEmpty())
                .toList();
        if (reached.isEmpty()) {
            return;
        }
        session.beginUnmarked();
        session.makeDurable();
        for (int partition : reached) {
            RepairLedger.passBarriers(session.connection(), changes.barriers(partition), partition);
        }
        session.commit();
    }
}
