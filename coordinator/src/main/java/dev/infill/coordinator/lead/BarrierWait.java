package dev.infill.coordinator.lead;

import dev.infill.postgres.ledger.Barriers;
import dev.infill.postgres.ledger.Memo;
import dev.infill.postgres.ledger.MigrationLedger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Waits for a barrier across turns: emits it, remembers it in the memo, emits another if it got lost. */
final class BarrierWait {
    /** Longer than any restart of a part; a barrier that is merely late is not harmed by a second one. */
    private static final double LOST_AFTER_SECONDS = 20;

    private final int partitions;

    BarrierWait(int partitions) {
        this.partitions = partitions;
    }

    /** Whether a barrier that was emitted after the wait began has passed. The memo still holds it then. */
    boolean hasPassed(Scene scene) throws SQLException {
        boolean past = isPast(scene);
        if (!past) {
            emitWhereNone(scene);
        }
        return past;
    }

    /** Emits a barrier where none is waited for, or it is lost; true when it did, and has written the memo. */
    boolean emitWhereNone(Scene scene) throws SQLException {
        Memo memo = scene.memo();
        boolean isWaiting = memo.barrier() != null && now(scene.connection()) <= memo.barrierAgeLimit();
        if (!isWaiting) {
            scene.session().fencedAction(c -> {
                long emitted = Barriers.emit(c, partitions);
                MigrationLedger.saveMemo(c, scene.name(), memo.withBarrier(emitted, now(c) + LOST_AFTER_SECONDS));
            });
        }
        return !isWaiting;
    }

    /** Emits a barrier that nobody waits for where none was emitted for so long: as it passes, repairers are alive. */
    boolean pulse(Scene scene, int seconds) throws SQLException {
        if (Barriers.anyWithin(scene.connection(), seconds)) {
            return false;
        }
        scene.session().fencedAction(c -> Barriers.emit(c, partitions));
        return true;
    }

    /** The same, but emits nothing: whether there is a barrier in the memo, and it has passed. */
    static boolean isPast(Scene scene) throws SQLException {
        Long barrier = scene.memo().barrier();
        return barrier != null && Barriers.passed(scene.connection(), barrier);
    }

    private static double now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var result = statement.executeQuery("SELECT extract(epoch FROM clock_timestamp())::float8")) {
            result.next();
            return result.getDouble(1);
        }
    }
}
