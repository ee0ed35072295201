package dev.infill.coordinator.lead;

import dev.infill.coordinator.kafka.Announcements;
import dev.infill.coordinator.migration.Governor;
import dev.infill.coordinator.postgres.Capture;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.Memo;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.MigrationRow;
import dev.infill.protocol.Directive;
import dev.infill.protocol.Directive.Order;
import dev.infill.protocol.Directive.Pace;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.specification.Specification;
import dev.infill.specification.SpecificationReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says once a second what workers and bridge are to do, and how hard. */
final class Direction {
    private final Announcements announcements;
    private final InstantSource clock;

    Direction(Announcements announcements, InstantSource clock) {
        this.announcements = announcements;
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
        Pace pace = isEnding(row) ? Pace.FULL : pace(session, row);
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

    private Pace pace(LeaderSession session, MigrationRow row) throws SQLException {
        Connection connection = session.connection();
        Specification.Pace wanted =
                SpecificationReader.read(row.specification()).pace();
        Specification.@Nullable Window window = wanted.window();
        Pace last = new Pace(row.memo().pace(), row.memo().throttledBy());
        Pace next;
        if (window != null && !window.isOpen(clock.instant())) {
            next = new Pace(0, "outside the window " + window.from() + "-" + window.to() + " " + window.zone());
        } else {
            Governor.Signals signals = new Governor.Signals(
                    Capture.retainedWalBytes(connection, Capture.slotName(connection)),
                    Duration.ofMillis(Capture.replicaLagMillis(connection)));
            next = Governor.next(
                    last, signals, new Governor.Budgets(wanted.maxRetainedWalBytes(), wanted.maxReplicaLag()));
        }
        if (next.value() != last.value() || !Objects.equals(next.throttledBy(), last.throttledBy())) {
            // Read again inside the fence: a step of the same turn may have changed the rest of the memo.
            session.fencedAction(c -> {
                Memo memo = MigrationLedger.memo(c, row.name());
                MigrationLedger.saveMemo(c, row.name(), memo.withPace(next.value(), next.throttledBy()));
            });
        }
        return next;
    }
}
