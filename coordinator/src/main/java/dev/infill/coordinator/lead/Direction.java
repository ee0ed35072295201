package dev.infill.coordinator.lead;

import dev.infill.coordinator.kafka.Announcements;
import dev.infill.coordinator.signal.WriterWatch;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.MigrationRow;
import dev.infill.protocol.Directive;
import dev.infill.protocol.Directive.Order;
import dev.infill.protocol.Directive.Pace;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** Says once a second what workers and bridge are to do, and how hard. */
final class Direction implements AutoCloseable {
    private final Announcements announcements;
    private final PaceKeeper keeper;
    private final WriterWatch writers;
    private final InstantSource clock;

    Direction(Announcements announcements, PaceKeeper keeper, WriterWatch writers, InstantSource clock) {
        this.announcements = announcements;
        this.keeper = keeper;
        this.writers = writers;
        this.clock = clock;
    }

    /** Whether everything that serves the migration is to go. */
    static boolean isEnding(MigrationRow row) {
        return switch (row.standing()) {
            case CANCELLING, ROLLING_BACK -> true;
            case RUNNING, PAUSED, REFUSED, FAILED -> row.stage() == Stage.COMPLETE;
        };
    }

    void announce(LeaderSession session, List<MigrationRow> rows, Set<String> introduced) throws SQLException {
        keeper.look(session, rows);
        writers.watch(rows.stream().anyMatch(row -> row.stage() == Stage.SYNC && !isEnding(row)));
        for (MigrationRow row : rows) {
            if (introduced.contains(row.name()) || isEnding(row)) {
                announceNow(session, row);
            }
        }
    }

    void announceNow(LeaderSession session, MigrationRow row) throws SQLException {
        Migration migration = row.definition();
        if (migration == null) {
            return;
        }
        Pace pace = isEnding(row) ? Pace.FULL : keeper.next(session, row);
        Instant now = clock.instant();
        announcements.direct(new Directive(
                row.name(),
                migration.database(),
                migration.table(),
                session.epoch(),
                order(row),
                !isEnding(row) && row.stage().compareTo(Stage.CAPTURE) >= 0,
                pace,
                row.ownership(),
                now));
    }

    private static Order order(MigrationRow row) {
        if (isEnding(row)) {
            return Order.END;
        }
        boolean works = row.standing() == Standing.RUNNING && row.stage().compareTo(Stage.FILL) >= 0;
        return works ? Order.RUN : Order.HOLD;
    }

    @Override
    public void close() {
        keeper.close();
        writers.close();
    }
}
