package dev.infill.cli.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One session of the application. It writes only orders that are its own, so that its log has the last word on them:
 * of the first orders those whose key leaves its number over, and all that it created.
 */
final class Shopper implements AutoCloseable {
    private static final String UPDATE_NOTE =
            "UPDATE public.orders SET note = ?, status = 'packed', updated_at = now() WHERE id = ? RETURNING id";
    private static final String DELETE = "DELETE FROM public.orders WHERE id = ? RETURNING id";
    private static final String CHANGE_KEY = """
            UPDATE public.orders SET id = nextval(pg_get_serial_sequence('public.orders', 'id')), note = ?, updated_at = now()
            WHERE id = ? RETURNING id""";
    private static final int LONGEST_NOTE = 64;
    private static final int TRIES = 32;
    private static final long NONE = 0;
    private static final int DEAREST_CENTS = 10_000_000;

    private final Shop shop;
    private final Share share;
    private final Random random;
    private final WriteLog log = new WriteLog();
    private final List<Long> created = new ArrayList<>();
    private @Nullable Connection connection;

    /** @param seed makes the same shopper write the same orders again */
    Shopper(Shop shop, Share share, long seed) {
        this.shop = shop;
        this.share = share;
        this.random = new Random(seed);
    }

    /**
     * Which orders are whose.
     *
     * @param number of this shopper, from 0
     */
    record Share(int number, int shoppers, long firstOrders) {}

    /** The note that a write leaves. */
    static String note(long number) {
        String words = "write " + number + " ";
        return words + ".".repeat(LONGEST_NOTE - words.length());
    }

    /** Writes something: half of it totals, the rest notes, new orders, deletions and other keys. */
    void write(long number, Release release) throws SQLException {
        int die = random.nextInt(100);
        OptionalLong own = anOrder();
        if (own.isEmpty() || die < 20) {
            insert(number, release);
        } else if (die < 70) {
            updateTotal(own.getAsLong(), number, release);
        } else if (die < 85) {
            updateNote(own.getAsLong(), number);
        } else if (die < 95) {
            delete(own.getAsLong(), number);
        } else {
            changeKey(own.getAsLong(), number);
        }
    }

    private void updateTotal(long id, long number, Release release) throws SQLException {
        long cents = random.nextInt(DEAREST_CENTS);
        change(id, release.updateTotal(), note(number), cents, id);
        log.put(id, cents, number);
    }

    private void updateNote(long id, long number) throws SQLException {
        change(id, UPDATE_NOTE, note(number), id);
        log.putNote(id, number);
    }

    private void insert(long number, Release release) throws SQLException {
        long customer = 1 + random.nextLong(Shop.customers(share.firstOrders()));
        long cents = random.nextInt(DEAREST_CENTS);
        long id = returned(release.insert(), customer, note(number), cents);
        log.put(id, cents, number);
        created.add(id);
    }

    private void delete(long id, long number) throws SQLException {
        change(id, DELETE, id);
        log.gone(id, number);
        created.remove(id);
    }

    private void changeKey(long id, long number) throws SQLException {
        long to = change(id, CHANGE_KEY, note(number), id);
        log.moved(id, to, number);
        created.remove(id);
        created.add(to);
    }

    /** An order of its own that is there; empty when some tries met none, as in a shop that has lost most of its first orders. */
    private OptionalLong anOrder() {
        for (int tries = 0; tries < TRIES; tries++) {
            long id = candidate();
            if (id != NONE && log.isThere(id)) {
                return OptionalLong.of(id);
            }
        }
        return OptionalLong.empty();
    }

    private long candidate() {
        if (!created.isEmpty() && random.nextInt(4) == 0) {
            return created.get(random.nextInt(created.size()));
        }
        long id = share.number() + share.shoppers() * random.nextLong(share.firstOrders() / share.shoppers() + 1);
        return id <= share.firstOrders() ? id : NONE;
    }

    private long change(long id, String sql, Object... parameters) throws SQLException {
        try {
            return returned(sql, parameters);
        } catch (SQLException e) {
            log.doubt(id);
            throw e;
        }
    }

    /** Runs a statement and gives the key that it returns; one that touches no order has failed. */
    private long returned(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet result = statement.executeQuery()) {
            if (!result.next()) {
                throw new SQLException("the order is not there");
            }
            return result.getLong(1);
        }
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        if (connection == null || connection.isClosed()) {
            connection = shop.connect();
        }
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    /** What it was told is committed. */
    Map<Long, WriteLog.Written> committed() {
        return log.all();
    }

    @Override
    public void close() throws SQLException {
        if (connection != null) {
            connection.close();
        }
    }
}
