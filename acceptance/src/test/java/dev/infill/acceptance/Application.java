package dev.infill.acceptance;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the shop like an application: inserts, updates, deletes, changed keys, at a steady rate, and remembers what it
 * was told was committed. What it was told nothing about (the connection broke during COMMIT) it does not claim.
 */
final class Application implements AutoCloseable {
    private static final int WRITERS = 4;

    private final Shop shop;
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(WRITERS);
    private final List<Writer> writers = new ArrayList<>();
    private volatile boolean newVersion;

    Application(Shop shop, int rows, int changesPerSecond, long seed) {
        this.shop = shop;
        long micros = 1_000_000L * WRITERS / changesPerSecond;
        for (int i = 0; i < WRITERS; i++) {
            Writer writer = new Writer(i, rows, new Random(seed + i));
            writers.add(writer);
            var unused = executor.scheduleAtFixedRate(writer, micros * i / WRITERS, micros, TimeUnit.MICROSECONDS);
        }
    }

    /** From now on the application writes the new column itself. */
    void deployNewVersion() {
        newVersion = true;
    }

    long committed() {
        return writers.stream().mapToLong(writer -> writer.committed.get()).sum();
    }

    /** Writes that failed or were left without an answer, and were not followed by another of the same row. */
    int unanswered() {
        return writers.stream().mapToInt(writer -> writer.uncertain.size()).sum();
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the application's writers do not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writers.forEach(Writer::disconnect);
    }

    /** The committed writes that are not in the table, in words; call it after {@link #close}. */
    List<String> lostWrites() throws SQLException {
        List<String> lost = new ArrayList<>();
        try (Connection connection = shop.connect();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT total FROM public.orders WHERE id = ?")) {
            for (Writer writer : writers) {
                for (Map.Entry<Long, Optional<BigDecimal>> told : writer.told.entrySet()) {
                    Optional<BigDecimal> found = find(statement, told.getKey());
                    boolean same = found.map(BigDecimal::stripTrailingZeros)
                            .equals(told.getValue().map(BigDecimal::stripTrailingZeros));
                    if (!same && !writer.uncertain.contains(told.getKey())) {
                        lost.add("order " + told.getKey() + ": told " + told.getValue() + ", found " + found);
                    }
                }
            }
        }
        return lost;
    }

    private static Optional<BigDecimal> find(PreparedStatement statement, long id) throws SQLException {
        statement.setLong(1, id);
        try (ResultSet result = statement.executeQuery()) {
            return result.next() ? Optional.of(result.getBigDecimal(1)) : Optional.empty();
        }
    }

    /** One connection and the keys that leave its number as the rest, so that no two writers touch the same row. */
    private final class Writer implements Runnable {
        private final int number;
        private final int rows;
        private final Random random;
        private final Map<Long, Optional<BigDecimal>> told = new HashMap<>();
        private final Set<Long> uncertain = ConcurrentHashMap.newKeySet();
        private @Nullable Connection connection;
        private long nextId;
        private final AtomicLong committed = new AtomicLong();

        Writer(int number, int rows, Random random) {
            this.number = number;
            this.rows = rows;
            this.random = random;
            this.nextId = (rows / WRITERS + 1L) * WRITERS + number;
        }

        @Override
        public void run() {
            long id = anyId();
            long fresh = nextId;
            nextId += WRITERS;
            int kind = random.nextInt(100);
            try {
                Connection open = open();
                if (kind < 60) {
                    update(open, id);
                } else if (kind < 80) {
                    insert(open, fresh);
                } else if (kind < 90) {
                    delete(open, id);
                } else {
                    changeKey(open, id, fresh);
                }
                committed.incrementAndGet();
            } catch (SQLException e) {
                uncertain.add(id);
                uncertain.add(fresh);
                disconnect();
            }
        }

        private long anyId() {
            long range = random.nextInt(10) == 0 ? nextId : rows;
            return random.nextLong(range / WRITERS) * WRITERS + number;
        }

        private void update(Connection open, long id) throws SQLException {
            BigDecimal total = amount();
            String column = newVersion ? ", total_cents = (total * 0 + ?) * 100" : "";
            if (execute(open, "UPDATE public.orders SET total = ?" + column + " WHERE id = ?", total, id)) {
                know(id, Optional.of(total));
            } else {
                foundNone(id);
            }
        }

        private void insert(Connection open, long id) throws SQLException {
            BigDecimal total = amount();
            String sql = newVersion
                    ? "INSERT INTO public.orders (total, total_cents, id, customer_id) VALUES (?, ? * 100, ?, 1)"
                    : "INSERT INTO public.orders (total, id, customer_id) VALUES (?, ?, 1)";
            execute(open, sql, total, id);
            know(id, Optional.of(total));
        }

        private void delete(Connection open, long id) throws SQLException {
            if (execute(open, "DELETE FROM public.orders WHERE id = ?", null, id)) {
                know(id, Optional.empty());
            } else {
                foundNone(id);
            }
        }

        private void changeKey(Connection open, long from, long to) throws SQLException {
            try (PreparedStatement statement =
                    open.prepareStatement("UPDATE public.orders SET id = ? WHERE id = ? RETURNING total")) {
                statement.setLong(1, to);
                statement.setLong(2, from);
                try (ResultSet result = statement.executeQuery()) {
                    if (result.next()) {
                        know(from, Optional.empty());
                        know(to, Optional.of(result.getBigDecimal(1)));
                    } else {
                        foundNone(from);
                    }
                }
            }
        }

        /** An answer says how the row is, whatever became of an earlier write that was left without one. */
        private void know(long id, Optional<BigDecimal> total) {
            told.put(id, total);
            uncertain.remove(id);
        }

        /** Where we were told of a row nothing is taken back: then it is lost, and must be found to be. */
        private void foundNone(long id) {
            if (uncertain.contains(id)) {
                know(id, Optional.empty());
            }
        }

        /** The total stands once or, where the new version writes the column too, twice before the id. */
        private boolean execute(Connection open, String sql, @Nullable BigDecimal total, long id) throws SQLException {
            try (PreparedStatement statement = open.prepareStatement(sql)) {
                int parameter = 1;
                int totals = statement.getParameterMetaData().getParameterCount() - 1;
                for (int i = 0; i < totals; i++) {
                    statement.setBigDecimal(parameter++, total);
                }
                statement.setLong(parameter, id);
                return statement.executeUpdate() == 1;
            }
        }

        private BigDecimal amount() {
            return BigDecimal.valueOf(random.nextInt(1_000_000), 2);
        }

        private Connection open() throws SQLException {
            Connection open = connection;
            if (open == null) {
                open = shop.connect();
                connection = open;
            }
            return open;
        }

        private void disconnect() {
            Connection open = connection;
            connection = null;
            try {
                if (open != null) {
                    open.close();
                }
            } catch (SQLException e) {
                connection = null;
            }
        }
    }
}
