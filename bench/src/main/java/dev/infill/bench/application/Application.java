package dev.infill.bench.application;

import dev.infill.bench.measure.Measurement.Felt;
import dev.infill.bench.measure.Measurement.Spread;
import dev.infill.bench.table.TableCopy;
import dev.infill.bench.table.TableShape;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * So many single-row changes a second, whatever happens. One that is late counts from when it was due, as its user would: a stall
 * delays all that queue behind it.
 */
public final class Application implements AutoCloseable {
    /** What its sessions are called. */
    static final String NAME = "shop";

    private static final int SESSIONS = 4;
    private static final int DEAREST_CENTS = 1_000_000;
    private static final Duration LONGEST_PARK = Duration.ofMillis(20);

    private final TableShape shape;
    private final String update;
    private final long pauseNanos;
    private final long firstNanos = System.nanoTime();
    private final Latencies latencies = new Latencies();
    private final AtomicLong tickets = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<Loop> sessions = new ArrayList<>();
    private final BlockedWatch blocked;
    private volatile long lastNanos = firstNanos + TimeUnit.DAYS.toNanos(1);

    /** Opens its sessions and begins. */
    public Application(TableCopy copy) throws SQLException {
        this.shape = copy.shape();
        this.update = "UPDATE public.orders SET total = ? / 100.0 WHERE id = ?::"
                + shape.key().word();
        this.pauseNanos = TimeUnit.SECONDS.toNanos(1) / shape.changesPerSecond();
        this.blocked = new BlockedWatch(copy);
        for (int number = 0; number < SESSIONS; number++) {
            Random random = new Random(number);
            sessions.add(new Loop("shop-" + number, copy.connect(NAME), connection -> change(connection, random)));
        }
    }

    private boolean change(Connection connection, Random random) throws SQLException {
        long due = firstNanos + tickets.getAndIncrement() * pauseNanos;
        if (due > lastNanos) {
            return false;
        }
        for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(early, LONGEST_PARK.toNanos()));
        }
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setInt(1, random.nextInt(DEAREST_CENTS));
            statement.setString(2, shape.key().key(1 + random.nextLong(shape.rows())));
            statement.executeUpdate();
            return true;
        } catch (SQLException e) {
            failed.incrementAndGet();
            throw e;
        } finally {
            latencies.record(System.nanoTime() - due);
        }
    }

    /** From now on its latencies count. */
    public void beginToCount() {
        latencies.open();
    }

    /** From now on it wants nothing more; what was due until now is still done and counts, or a stall at the end would be missed. */
    public void stop() {
        lastNanos = Math.min(lastNanos, System.nanoTime());
    }

    /** What it felt; after {@link #close}. */
    public Felt felt() {
        Spread latency = latencies.spread();
        return new Felt(latency, failed.get(), blocked.longestMillis());
    }

    @Override
    public void close() throws SQLException {
        stop();
        for (Loop session : sessions) {
            session.close();
        }
        blocked.close();
    }
}
