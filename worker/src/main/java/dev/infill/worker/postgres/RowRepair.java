package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.DefinitionLedger.Definition;
import dev.infill.postgres.ledger.OwnershipLedger;
import dev.infill.postgres.ledger.OwnershipLedger.Held;
import dev.infill.postgres.ledger.RejectedLedger;
import dev.infill.postgres.ledger.RepairLedger;
import dev.infill.postgres.ledger.RepairLedger.Counts;
import dev.infill.postgres.ledger.WriterLedger;
import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.worker.postgres.ChangeSet.ChangedRow;
import dev.infill.worker.range.Difference;
import dev.infill.worker.range.Observer.Repairs;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes changed rows of one migration right again, by what they are now and not by what was said of them. Who owns the column
 * is asked in each transaction and held until its commit, so that no repair by an ownership of before comes after a move.
 */
final class RowRepair {
    private final Definition definition;
    private final int partition;
    private final Surroundings around;
    private final Table table;
    private final Optional<ComputedValues> computed;

    RowRepair(Definition definition, int partition, Surroundings around) {
        this.definition = definition;
        this.partition = partition;
        this.around = around;
        this.table = new Table(definition.migration());
        this.computed = ComputedValues.of(definition.migration(), around.transforms());
    }

    /** Has application code compute some of what rows need; answers whether they may be repaired. */
    boolean prepare(WorkerSession session, List<ChangedRow> rows) throws SQLException {
        return computed.isEmpty()
                || computed.get()
                        .prepare(session, rows.stream().map(ChangedRow::key).toList(), table);
    }

    /** Repairs rows in one durable transaction. */
    void repair(WorkerSession session, List<ChangedRow> rows) throws SQLException {
        Connection connection = session.connection();
        List<Key> keys = rows.stream().map(ChangedRow::key).toList();
        Held held = begin(session);
        if (held.hasRejected()) {
            RejectedLedger.delete(connection, migration(), keys);
        }
        Difference difference = Difference.toWrite(migration().fill().keep(), held.ownership());
        boolean countsDiffering = countsDiffering(held.ownership());
        if (held.stage() == Stage.SYNC) {
            Set<Integer> repaired =
                    difference == Difference.NONE ? Set.of() : table.repairTelling(connection, keys, difference);
            Set<Integer> differing =
                    countsDiffering ? table.placesAmong(connection, keys, Difference.DISTINCT) : Set.of();
            attribute(connection, rows, repaired, differing);
            commit(session, rows, repaired.size(), differing.size());
        } else {
            long repaired = difference == Difference.NONE ? 0 : table.repair(connection, keys, difference);
            long differing = countsDiffering ? table.countAmong(connection, keys, Difference.DISTINCT) : 0;
            commit(session, rows, repaired, differing);
        }
    }

    /** Only where somebody waits for it: in stage {@code sync} it says which version of the application still writes. */
    private void attribute(Connection connection, List<ChangedRow> rows, Set<Integer> repaired, Set<Integer> differing)
            throws SQLException {
        Attribution attribution = new Attribution(rows);
        var names = WriterLedger.names(connection, attribution.transactions());
        WriterLedger.count(connection, migration().name(), partition, attribution.arrived(names, repaired, differing));
    }

    /** Sets a row aside that PostgreSQL refuses to write. One whose value is the application's is only counted. */
    void reject(WorkerSession session, ChangedRow row, Failure failure) throws SQLException {
        Connection connection = session.connection();
        Held held = begin(session);
        if (isTheApplications(connection, row.key(), held.ownership())) {
            RejectedLedger.delete(connection, migration(), List.of(row.key()));
            commit(session, List.of(row), 0, 1);
            return;
        }
        RejectedLedger.put(connection, migration(), row.key(), null, failure);
        commit(session, List.of(row), 0, 0);
        around.observer().rejected(Assignment.deadLetter(migration(), row.key(), failure, around));
    }

    /** Counts a change that speaks of no row. */
    void pass(WorkerSession session, ChangedRow row) throws SQLException {
        session.begin();
        commit(session, List.of(row), 0, 0);
    }

    private boolean isTheApplications(Connection connection, Key key, Ownership ownership) throws SQLException {
        return switch (ownership) {
            case DERIVED -> false;
            case DUAL -> table.countAmong(connection, List.of(key), Difference.UNWRITTEN) == 0;
            case APPLICATION -> true;
        };
    }

    private Held begin(WorkerSession session) throws SQLException {
        session.begin();
        return OwnershipLedger.hold(session.connection(), migration().name())
                .orElseGet(() -> new Held(definition.ownership(), Stage.CAPTURE, true));
    }

    /** A value that was written once differs from a volatile expression by nature. */
    private boolean countsDiffering(Ownership ownership) {
        return ownership != Ownership.DERIVED && migration().fill().keep() == Keep.DERIVED;
    }

    private void commit(WorkerSession session, List<ChangedRow> rows, long repaired, long differing)
            throws SQLException {
        List<KeyChanged> changes =
                rows.stream().flatMap(row -> row.changes().stream()).toList();
        Counts counts = new Counts(changes.size(), repaired, differing);
        long now = RepairLedger.count(session.connection(), migration().name(), partition, counts);
        session.commit();
        List<Long> staleness = changes.stream()
                .map(change -> Math.max(0, now - change.committedAtMicros()))
                .toList();
        around.observer().repaired(new Repairs(migration().name(), changes.size(), repaired, staleness));
    }

    private Migration migration() {
        return definition.migration();
    }
}
