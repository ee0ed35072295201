package dev.infill.bench.measure;

import dev.infill.bench.measure.Measurement.Processor;
import dev.infill.bench.measure.Measurement.Rows;
import dev.infill.bench.measure.Measurement.Sizes;
import dev.infill.bench.measure.Measurement.Written;
import dev.infill.bench.server.BenchServer;
import dev.infill.bench.table.TableCopy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Reads the counters before a run, where its fill begins, and where it ends. Used by one thread. */
public final class Meter implements AutoCloseable {
    /** What its session is called. */
    static final String NAME = "meter";

    private static final String COUNTERS = """
            SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal,
                   (SELECT coalesce(sum(s.shared_blks_dirtied), 0) FROM public.pg_stat_statements s
                      JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database()) AS dirtied,
                   pg_table_size('public.orders') AS heap, pg_indexes_size('public.orders') AS indexes,
                   coalesce(t.n_tup_upd, 0) AS updated, coalesce(t.n_tup_hot_upd, 0) AS hot
            FROM (SELECT) one LEFT JOIN pg_stat_user_tables t ON t.relid = 'public.orders'::regclass""";

    private final BenchServer server;
    private final Runnable onBegin;
    private final Runnable onEnd;
    private final Connection connection;
    private final Reading start;
    private Tool tool = Tool.NONE;
    private @Nullable Reading begin;
    private @Nullable Reading end;

    private record Reading(
            Written written,
            Sizes sizes,
            Updates updates,
            double server,
            double tool,
            double broker,
            long peakBytes,
            long nanos) {}

    private record Updates(long all, long hot) {}

    /**
     * Reads for the first time.
     *
     * @param onBegin what else must know that the fill begins
     * @param onEnd what else must know that the table is filled
     */
    public Meter(BenchServer server, TableCopy copy, Runnable onBegin, Runnable onEnd) throws SQLException {
        this.server = server;
        this.onBegin = onBegin;
        this.onEnd = onEnd;
        this.connection = copy.connect(NAME);
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

    /** What was written during the fill. */
    public Written fill() {
        return since(first());
    }

    /** What was written in the whole run. */
    public Written whole() {
        return since(start);
    }

    private Written since(Reading from) {
        Written before = from.written();
        Written after = last().written();
        return new Written(after.walBytes() - before.walBytes(), after.blocksDirtied() - before.blocksDirtied());
    }

    /** How big the table was when the fill began. */
    public Sizes sizesBefore() {
        return first().sizes();
    }

    /** The rows without what had happened to them before the fill began. */
    public Rows sinceBegin(Rows all) {
        Updates before = first().updates();
        return new Rows(all.live(), all.updated() - before.all(), all.hot() - before.hot(), all.dead(), all.wrong());
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
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return new Reading(
                        new Written(result.getLong("wal"), result.getLong("dirtied")),
                        new Sizes(result.getLong("heap"), result.getLong("indexes")),
                        new Updates(result.getLong("updated"), result.getLong("hot")),
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
