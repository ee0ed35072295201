package dev.infill.acceptance;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The application's database, seen with the test's own SQL. */
final class Shop {
    /** Slow on purpose and by how much is written in a table, so that a test can be in the middle of something. */
    private static final List<String> SCHEMA = List.of(
            "CREATE TABLE public.slowness (seconds float8 NOT NULL)",
            "INSERT INTO public.slowness VALUES (0)",
            """
            CREATE FUNCTION public.cents(total numeric) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$
            DECLARE pause float8;
            BEGIN
                SELECT seconds INTO pause FROM public.slowness;
                IF pause > 0 THEN PERFORM pg_sleep(pause); END IF;
                RETURN round(total * 100)::bigint;
            END $$
            """,
            """
            CREATE TABLE public.orders (
                id bigint PRIMARY KEY, customer_id bigint NOT NULL, total numeric(12,2) NOT NULL, note text)
            """,
            "CREATE INDEX orders_customer_idx ON public.orders (customer_id)");

    private static final String FILL_TABLE = """
            INSERT INTO public.orders
            SELECT g, g %% 1000, (g::bigint * 7919 %% 1000000) / 100.0, repeat(md5(g::text), 3) FROM generate_series(1, %d) g
            """;

    private static final String WRONG_ROWS =
            "SELECT count(*) FROM public.orders WHERE total_cents IS DISTINCT FROM (total * 100)::bigint";

    private final String jdbcUrl;

    Shop(String jdbcUrl) {
        this.jdbcUrl = jdbcUrl;
    }

    String jdbcUrl() {
        return jdbcUrl;
    }

    void create(int rows) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : SCHEMA) {
                statement.execute(sql);
            }
            statement.execute(FILL_TABLE.formatted(rows));
            statement.execute("VACUUM ANALYZE public.orders");
        }
    }

    /** How long the expression takes for one row, from now on. */
    void slow(double seconds) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement("UPDATE public.slowness SET seconds = ?")) {
            statement.setDouble(1, seconds);
            statement.executeUpdate();
        }
    }

    /** Runs statements that answer nothing of interest. */
    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long wrongRows() throws SQLException {
        return number(WRONG_ROWS);
    }

    long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    /** The first column of the first row; empty without a row or for NULL. */
    String text(String sql) throws SQLException {
        List<String> all = texts(sql);
        return all.isEmpty() ? "" : all.get(0);
    }

    List<String> texts(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> answers = new ArrayList<>();
            while (result.next()) {
                String value = result.getString(1);
                answers.add(value == null ? "" : value);
            }
            return answers;
        }
    }

    /** Where the migration stands; empty while the server is down and when the migration is over. */
    String stage() {
        return textOrNothing("SELECT stage FROM infill.migration");
    }

    boolean isComplete() {
        return textOrNothing("SELECT outcome FROM infill.report WHERE NOT EXISTS (SELECT FROM infill.migration)")
                .equals("complete");
    }

    /** The same, while the server may be down: empty then. */
    String textOrNothing(String sql) {
        try {
            return text(sql);
        } catch (SQLException e) {
            return "";
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl);
    }
}
