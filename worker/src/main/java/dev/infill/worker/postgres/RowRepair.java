package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.DefinitionLedger.Definition;
import dev.infill.postgres.ledger.RejectedLedger;
import dev.infill.postgres.ledger.RepairLedger;
import dev.infill.postgres.ledger.RepairLedger.Counts;
import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.Ownership;
import dev.infill.worker.postgres.ChangeSet.ChangedRow;
import dev.infill.worker.range.Difference;
import dev.infill.worker.range.Observer.Repairs;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Makes changed rows of one migration right again, by what they are now and not by what was said of them. */
final class RowRepair {
    private final Definition definition;
    private final int partition;
    private final Surroundings around;
    private final Table table;

    RowRepair(Definition definition, int partition, Surroundings around) {
        this.definition = definition;
        this.partition = partition;
        this.around = around;
        this.table = new Table(definition.migration());
    }

    /** Repairs rows in one durable transaction. */
    void repair(WorkerSession session, List<ChangedRow> rows) throws SQLException {
        Connection connection = session.connection();
        List<Key> keys = rows.stream().map(ChangedRow::key).toList();
        session.begin();
        session.makeDurable();
        RejectedLedger.delete(connection, migration(), keys);
        Difference difference = Difference.toWrite(migration().fill().keep(), definition.ownership());
        long repaired = difference == Difference.NONE ? 0 : table.repair(connection, keys, difference);
        long differing = countsDiffering() ? table.countAmong(connection, keys, Difference.DISTINCT) : 0;
        commit(session, rows, repaired, differing);
    }

    /** Sets a row aside that PostgreSQL refuses to write. */
    void reject(WorkerSession session, ChangedRow row, Failure failure) throws SQLException {
        session.begin();
        session.makeDurable();
        RejectedLedger.put(session.connection(), migration(), row.key(), null, failure);
        commit(session, List.of(row), 0, 0);
        around.observer().rejected(Assignment.deadLetter(migration(), row.key(), failure, around));
    }

    /** Counts a change that speaks of no row. */
    void pass(WorkerSession session, ChangedRow row) throws SQLException {
        session.begin();
        commit(session, List.of(row), 0, 0);
    }

    /** A value that was written once differs from a volatile expression by nature. */
    private boolean countsDiffering() {
        return definition.ownership() != Ownership.DERIVED && migration().fill().keep() == Keep.DERIVED;
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
