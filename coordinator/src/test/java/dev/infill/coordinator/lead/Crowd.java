package dev.infill.coordinator.lead;

import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An application at work on a table: some sessions read and write in short statements, others keep a transaction open for a while.
 *
 * <p>What it measures is lock waits behind Infill, and nothing else. A client's latency on a busy machine of two cores is mostly
 * the wait for a core, so a look every few milliseconds asks the server itself: which session of the application waits for a lock,
 * since when ({@code pg_locks.waitstart}), and is a session of Infill among those that it waits for ({@code pg_blocking_pids}, which
 * also names who stands before it in the queue). The longest such wait that was seen counts; a look that comes late sees a longer
 * wait, not a shorter one, unless the wait ended before. The client's own clock is kept too, for a bound that is generous.
 */
final class Crowd implements AutoCloseable {
    private static final String BLOCKED_BY_US = """
            SELECT coalesce(max(extract(epoch FROM clock_timestamp() - l.waitstart)), 0)::float8 * 1000
              FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE NOT l.granted AND a.application_name LIKE 'application%' AND a.datname = current_database()
               AND EXISTS (SELECT FROM unnest(pg_blocking_pids(l.pid)) AS b
                             JOIN pg_stat_activity o ON o.pid = b WHERE o.application_name LIKE 'infill%')
            """;

    private final TestDatabase database;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong blockedMicros = new AtomicLong();
    private final AtomicLong longestStatementNanos = new AtomicLong();
    private final AtomicInteger statements = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();

    Crowd(TestDatabase database) {
        this.database = database;
    }

    private interface Part {
        void play(Connection connection, Random random) throws SQLException, InterruptedException;
    }

    Crowd start() {
        for (int i = 0; i < 2; i++) {
            start("application reader", i, this::read);
            start("application writer", i + 10, this::write);
            start("application lingerer", i + 20, this::linger);
        }
        start("watcher", 30, (connection, random) -> look(connection));
        return this;
    }

    private void start(String name, int seed, Part part) {
        Thread thread = new Thread(() -> {
            try (Connection connection =
                    DriverManager.getConnection(database.jdbcUrl() + "&ApplicationName=" + name.replace(" ", "%20"))) {
                Random random = new Random(seed);
                while (stop.getCount() > 0) {
                    part.play(connection, random);
                }
            } catch (SQLException e) {
                failure.compareAndSet(null, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        threads.add(thread);
        thread.start();
    }

    private void read(Connection connection, Random random) throws SQLException, InterruptedException {
        run(connection, "SELECT total FROM orders WHERE id = ?", random);
        rest(2);
    }

    private void write(Connection connection, Random random) throws SQLException, InterruptedException {
        run(connection, "UPDATE orders SET total = total + 1 WHERE id = ?", random);
        rest(2);
    }

    private void linger(Connection connection, Random random) throws SQLException, InterruptedException {
        connection.setAutoCommit(false);
        run(connection, "UPDATE orders SET total = total + 1 WHERE id = ?", random);
        rest(50 + random.nextInt(600));
        connection.commit();
        rest(200 + random.nextInt(400));
    }

    private void run(Connection connection, String sql, Random random) throws SQLException {
        long begin = System.nanoTime();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, 1 + random.nextInt(20_000)); // nearly never a row that another one holds
            statement.execute();
        }
        longestStatementNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
        statements.incrementAndGet();
    }

    private void look(Connection connection) throws SQLException, InterruptedException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(BLOCKED_BY_US)) {
            result.next();
            blockedMicros.accumulateAndGet((long) (result.getDouble(1) * 1000), Math::max);
        }
        looks.incrementAndGet();
        rest(4);
    }

    /** A pause between two statements, which ends when the test does. */
    private void rest(int millis) throws InterruptedException {
        if (stop.await(millis, TimeUnit.MILLISECONDS)) {
            Thread.currentThread().interrupt();
        }
    }

    /** The longest wait for a lock behind Infill that was seen. */
    Duration longestBehindInfill() {
        return Duration.ofNanos(blockedMicros.get() * 1000);
    }

    /** The longest statement by the client's clock, whatever held it up. */
    Duration longestStatement() {
        return Duration.ofNanos(longestStatementNanos.get());
    }

    int statements() {
        return statements.get();
    }

    int looks() {
        return looks.get();
    }

    @Override
    public void close() throws SQLException {
        stop.countDown();
        threads.forEach(Crowd::join);
        SQLException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
