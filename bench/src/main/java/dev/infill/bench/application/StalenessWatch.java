package dev.infill.bench.application;

import dev.infill.bench.measure.Measurement.Spread;
import dev.infill.bench.table.TableCopy;
import dev.infill.bench.table.TableShape;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Changes one row after another and looks how long its column stays what it was: the staleness that a reader sees. */
public final class StalenessWatch implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(1);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int DEAREST_CENTS = 1_000_000;

    private final TableShape shape;
    private final String update;
    private final String isRight;
    private final Latencies latencies = new Latencies();
    private final Random random = new Random(7);
    private final Loop loop;

    /** Opens its session; the column need not be there yet. */
    public StalenessWatch(TableCopy copy) throws SQLException {
        this.shape = copy.shape();
        String where = " WHERE id = ?::" + shape.key().word();
        this.update = "UPDATE public.orders SET total = ? / 100.0" + where;
        this.isRight = "SELECT " + TableCopy.COLUMN + " IS NOT DISTINCT FROM " + TableCopy.EXPRESSION
                + " FROM public.orders" + where;
        this.loop = new Loop("staleness-watch", copy.connect("shop-watch"), this::measure);
    }

    private boolean measure(Connection connection) throws SQLException {
        if (!latencies.isOpen()) {
            LockSupport.parkNanos(PAUSE.toNanos());
            return true;
        }
        String key = shape.key().key(1 + random.nextLong(shape.rows()));
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setInt(1, random.nextInt(DEAREST_CENTS));
            statement.setString(2, key);
            statement.executeUpdate();
        }
        long committed = System.nanoTime();
        while (latencies.isOpen() && !isRight(connection, key)) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
        latencies.record(System.nanoTime() - committed);
        return true;
    }

    private boolean isRight(Connection connection, String key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(isRight)) {
            statement.setString(1, key);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    /** From now on it changes rows. */
    public void beginToCount() {
        latencies.open();
    }

    /** From now on it changes none. */
    public void stop() {
        latencies.shut();
        loop.stop();
    }

    /** What it saw. */
    public Spread seen() {
        return latencies.spread();
    }

    @Override
    public void close() throws SQLException {
        stop();
        loop.close();
    }
}
