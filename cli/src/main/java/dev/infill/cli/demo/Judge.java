package dev.infill.cli.demo;

import dev.infill.cli.demo.WriteLog.Written;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks at the database with statements of its own, which share nothing with the product. */
public final class Judge {
    /** Another formula than the specification's, for the same cents. */
    private static final String WRONG_ROWS = """
            SELECT count(*), count(*) FILTER (WHERE total_cents IS NULL OR total_cents <> floor(total * 100 + 0.5))
            FROM public.orders""";

    private static final String EXPECTED = """
            CREATE TEMP TABLE expected (id bigint PRIMARY KEY, there boolean NOT NULL, cents bigint NOT NULL, note text NOT NULL)""";
    private static final String EXPECT = "INSERT INTO expected VALUES (?, ?, ?, ?)";

    private static final String LOST = """
            SELECT count(*) FROM expected e LEFT JOIN public.orders o ON o.id = e.id
            WHERE CASE WHEN e.there
              THEN o.id IS NULL OR o.note <> e.note OR (e.cents >= 0 AND o.total <> e.cents / 100.0)
              ELSE o.id IS NOT NULL END""";

    private static final String UNFINISHED = """
            SELECT 'total_cents may still be null' FROM pg_attribute
              WHERE attrelid = 'public.orders'::regclass AND attname = 'total_cents' AND NOT attnotnull
            UNION ALL SELECT 'no valid index on total_cents' WHERE NOT EXISTS (
              SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
              WHERE i.indrelid = 'public.orders'::regclass AND a.attname = 'total_cents' AND i.indisvalid)
            UNION ALL SELECT 'no validated check on total_cents' WHERE NOT EXISTS (
              SELECT FROM pg_constraint
              WHERE conrelid = 'public.orders'::regclass AND contype = 'c' AND convalidated)
            UNION ALL SELECT 'replication slot ' || slot_name || ' was left' FROM pg_replication_slots
              WHERE database = current_database()
            UNION ALL SELECT 'publication ' || pubname || ' was left' FROM pg_publication
            UNION ALL SELECT 'replication origin ' || roname || ' was left' FROM pg_replication_origin""";

    private final Shop shop;

    /** @param shop whose traffic has stopped */
    public Judge(Shop shop) {
        this.shop = shop;
    }

    /**
     * What was found.
     *
     * @param rowsWrong whose column is not what the total says
     * @param writesChecked orders whose last committed write is known
     * @param writesLost of those, orders that don't show it
     * @param unfinished what the migration should have done and did not, or left behind
     */
    public record Judgement(long rows, long rowsWrong, long writesChecked, long writesLost, List<String> unfinished) {
        public Judgement {
            unfinished = List.copyOf(unfinished);
        }

        /** Whether all is as it should be. */
        boolean isClean() {
            return rowsWrong == 0 && writesLost == 0 && unfinished.isEmpty();
        }
    }

    Judgement judge(Map<Long, Written> committed) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            long rows;
            long wrong;
            try (ResultSet result = statement.executeQuery(WRONG_ROWS)) {
                result.next();
                rows = result.getLong(1);
                wrong = result.getLong(2);
            }
            expect(connection, committed);
            return new Judgement(rows, wrong, committed.size(), lost(statement), unfinished(statement));
        }
    }

    private static void expect(Connection connection, Map<Long, Written> committed) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement(EXPECT)) {
            statement.execute(EXPECTED);
            for (Map.Entry<Long, Written> entry : committed.entrySet()) {
                Written written = entry.getValue();
                insert.setLong(1, entry.getKey());
                insert.setBoolean(2, written.there());
                insert.setLong(3, written.cents());
                insert.setString(4, Shopper.note(written.number()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private static long lost(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery(LOST)) {
            result.next();
            return result.getLong(1);
        }
    }

    private static List<String> unfinished(Statement statement) throws SQLException {
        List<String> unfinished = new ArrayList<>();
        try (ResultSet result = statement.executeQuery(UNFINISHED)) {
            while (result.next()) {
                unfinished.add(result.getString(1));
            }
        }
        return unfinished;
    }
}
