package dev.infill.bench.measure;

import dev.infill.bench.measure.Measurement.Processor;
import dev.infill.bench.server.BenchServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Reads the counters before a run, where its fill begins, and where it ends. Used by one thread. */
public final class Meter implements AutoCloseable {
    private static final String COUNTERS = """
            SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal,
                   (SELECT coalesce(sum(shared_blks_dirtied), 0) FROM pg_stat_statements s
                      JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = ?) AS dirtied""";

    private final BenchServer server;
    private final String database;
    private final Runnable onBegin;
    private final Runnable onEnd;
    private final Connection connection;
    private final Reading start;
    private Tool tool = Tool.NONE;
    private @Nullable Reading begin;
    private @Nullable Reading end;

    private record Reading(
            long wal, long dirtied, double server, double tool, double broker, long peakBytes, long nanos) {}

    /**
     * Reads for the first time.
     *
     * @param onBegin what else must know that the fill begins
     * @param onEnd what else must know that the table is filled
     */
    public Meter(BenchServer server, String database, Runnable onBegin, Runnable onEnd) throws SQLException {
        this.server = server;
        this.database = database;
        this.onBegin = onBegin;
        this.onEnd = onEnd;
        this.connection = server.administration();
        this.start = read();
    }

    /** The candidate has processes of its own. */
    public void watch(Tool processes) {
        tool = processes;
    }

    /** The first row is about to be taken. */
    public void begin() throws SQLException {
        onBegin.run();
        begin = read();
    }

    /** The last row is done. */
    public void end() throws SQLException {
        end = read();
        onEnd.run();
    }

    /** Whether {@link #begin} was called. */
    public boolean hasBegun() {
        return begin != null;
    }

    /** Whether {@link #end} was called. */
    public boolean hasEnded() {
        return end != null;
    }

    /** Seconds from {@link #begin} to {@link #end}. */
    public double seconds() {
        return (last().nanos() - first().nanos()) / 1e9;
    }

    /** WAL of the whole run. */
    public long walBytes() {
        return last().wal() - start.wal();
    }

    /** Blocks of the whole run. */
    public long blocksDirtied() {
        return last().dirtied() - start.dirtied();
    }

    /** Processor time of both. */
    public Processor processor() {
        return new Processor(
                last().server() - first().server(),
                last().tool() - first().tool(),
                last().broker() - first().broker(),
                last().server() - start.server(),
                last().tool(),
                last().peakBytes());
    }

    private Reading first() {
        return reading(begin);
    }

    private Reading last() {
        return reading(end);
    }

    private static Reading reading(@Nullable Reading reading) {
        if (reading == null) {
            throw new IllegalStateException("the candidate did not say when its fill began and ended");
        }
        return reading;
    }

    private Reading read() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNTERS)) {
            statement.setString(1, database);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return new Reading(
                        result.getLong("wal"),
                        result.getLong("dirtied"),
                        ProcessTimes.ofTree(server.pid()),
                        tool.seconds(),
                        tool.brokerSeconds(),
                        tool.peakBytes(),
                        System.nanoTime());
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
