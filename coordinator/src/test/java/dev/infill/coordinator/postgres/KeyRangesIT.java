package dev.infill.coordinator.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TableName;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class KeyRangesIT {
    private static final int ROWS = 50_000;
    private static final int A_RANGE = ROWS / 16;

    private static final String ROWS_OF_EACH = """
            SELECT string_agg(n::text, ' ' ORDER BY number) FROM (
                SELECT r.number, count(*) AS n FROM infill.range r JOIN orders ON true
                 WHERE (r.lower_key IS NULL OR (%1$s) >= %2$s) AND (r.upper_key IS NULL OR (%1$s) < %3$s)
                 GROUP BY r.number) x
            """;

    /** Numbers, whose order is not that of their texts. */
    @Test
    void haveEquallyManyRowsEach(TestDatabase database) throws SQLException {
        cut(
                database,
                List.of(new Column("id", "bigint")),
                "CREATE TABLE orders AS SELECT g::bigint AS id FROM generate_series(1, " + ROWS + ") g");

        assertThat(database.value(ROWS_OF_EACH.formatted("id", "r.lower_key[1]::bigint", "r.upper_key[1]::bigint")))
                .isEqualTo(equally());
    }

    @Test
    void ofAKeyOfSeveralColumnsHaveEquallyManyRowsEach(TestDatabase database) throws SQLException {
        cut(
                database,
                List.of(new Column("shop", "int"), new Column("day", "date")),
                "CREATE TABLE orders AS SELECT (g / 1000)::int AS shop, DATE '2000-01-01' + g AS day FROM generate_series(1, "
                        + ROWS + ") g");

        assertThat(database.value(ROWS_OF_EACH.formatted(
                        "shop, day",
                        "(r.lower_key[1]::int, r.lower_key[2]::date)",
                        "(r.upper_key[1]::int, r.upper_key[2]::date)")))
                .isEqualTo(equally());
    }

    private static String equally() {
        return String.join(" ", Collections.nCopies(ROWS / A_RANGE, Integer.toString(A_RANGE)));
    }

    private static void cut(TestDatabase database, List<Column> key, String table) throws SQLException {
        database.execute(table, "ANALYZE orders");
        Migration migration = new Migration(
                "m",
                "shop",
                new TableName("public", "orders"),
                key,
                new Column("cents", "bigint"),
                new Migration.Fill("1", Migration.Keep.DERIVED));
        try (Connection connection = database.connect()) {
            LedgerSchema.createIfMissing(connection);
            database.execute("INSERT INTO infill.migration (name, specification, stage) VALUES ('m', '', 'fill')");
            RangeCutter cutter = new RangeCutter(connection, migration);
            for (boolean last = false; !last; ) {
                last = cutter.cutNext();
            }
        }
    }
}
