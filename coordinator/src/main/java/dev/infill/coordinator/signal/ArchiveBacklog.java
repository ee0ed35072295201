package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import java.sql.Connection;
import java.sql.SQLException;

/** WAL that is finished and not archived, in bytes, told from the names of the newest and the last archived segment. */
final class ArchiveBacklog implements Source {
    private static final String BACKLOG = """
            WITH segment AS (SELECT pg_size_bytes(current_setting('wal_segment_size')) AS bytes),
                 named AS (SELECT pg_walfile_name(pg_current_wal_lsn()) AS now,
                                  coalesce(last_archived_wal, last_failed_wal) AS archived
                             FROM pg_catalog.pg_stat_archiver),
                 numbered AS (SELECT ('x' || substr(now, 9, 8))::bit(32)::bigint * (4294967296 / bytes)
                                         + ('x' || substr(now, 17, 8))::bit(32)::bigint AS now,
                                     ('x' || substr(archived, 9, 8))::bit(32)::bigint * (4294967296 / bytes)
                                         + ('x' || substr(archived, 17, 8))::bit(32)::bigint AS archived
                                FROM named, segment
                               WHERE archived ~ '^[0-9A-F]{24}')
            SELECT CASE WHEN current_setting('archive_mode') = 'off' THEN 0
                        ELSE coalesce((SELECT greatest(0, now - archived - 1) FROM numbered), 0) * bytes END
              FROM segment
            """;

    @Override
    public Signal signal() {
        return Signal.ARCHIVE_BACKLOG;
    }

    @Override
    public Reading read(Connection connection) throws SQLException {
        return Numbers.read(connection, BACKLOG, "the archiver has no position");
    }
}
