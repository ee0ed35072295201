package dev.infill.bridge.debezium;

import dev.infill.bridge.change.BeatLine;
import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.BeatLedger;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes the heartbeats that came through a slot. Used by the engine's thread only. */
final class BeatKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BeatKeeper.class);
    private static final int ATTEMPTS = 3;

    private final Database database;
    private final Manners manners;
    private final String slot;
    private @Nullable Connection session;

    BeatKeeper(Database database, Manners manners, String slot) {
        this.database = database;
        this.manners = manners;
        this.slot = slot;
    }

    /**
     * Notes these beats. Must be done before they are confirmed to the slot: a beat that was confirmed and not noted would look
     * like a hole after a restart.
     */
    void keep(List<Long> beats) throws SQLException {
        if (!beats.isEmpty()) {
            inSession(connection -> note(connection, beats));
        }
    }

    /** A followed table's rows are gone without a word about each: everything is to be filled and verified again. */
    void noteTruncated(Set<TableName> followed) throws SQLException {
        if (!followed.isEmpty()) {
            LOG.warn(
                    "TRUNCATE of {} in database {}, which expressions read. Its migrations will be filled and verified again",
                    followed,
                    database.name());
            inSession(connection -> BeatLedger.addGap(connection, slot));
        }
    }

    /** Must be called before anything is confirmed to the slot. */
    void willConfirm() throws SQLException {
        inSession(connection -> BeatLedger.willConfirm(connection, slot));
    }

    @FunctionalInterface
    private interface Note {
        void on(Connection connection) throws SQLException;
    }

    private void inSession(Note note) throws SQLException {
        try {
            Connection open = session;
            if (open == null) {
                open = Sessions.open(database, manners);
                session = open;
            }
            note.on(open);
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    private void note(Connection connection, List<Long> beats) throws SQLException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            OptionalLong seen = BeatLedger.seenBeat(connection, slot);
            if (seen.isEmpty()) {
                return;
            }
            BeatLine line = BeatLine.after(seen.getAsLong()).with(beats);
            if (line.seen() == seen.getAsLong()) {
                return;
            }
            if (BeatLedger.see(connection, slot, seen.getAsLong(), line.seen(), line.gaps())) {
                warnOfGaps(seen.getAsLong(), line);
                return;
            }
        }
        throw new SQLException("infill.capture.seen_beat is changed by somebody else all the time", "40001");
    }

    private void warnOfGaps(long before, BeatLine line) {
        if (line.gaps() > 0) {
            LOG.warn(
                    "The log of database {} has a hole between heartbeats {} and {}: slot {} was lost or recreated."
                            + " Its migrations will be filled and verified again",
                    database.name(),
                    before,
                    line.seen(),
                    slot);
        }
    }

    @Override
    public void close() {
        if (session != null) {
            try {
                session.close();
            } catch (SQLException e) {
                LOG.debug("A session could not be closed", e);
            }
            session = null;
        }
    }
}
