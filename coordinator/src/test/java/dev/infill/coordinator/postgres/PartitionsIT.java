package dev.infill.coordinator.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.postgres.Indexes.Wanted;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TableName;
import dev.infill.protocol.json.Json;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class PartitionsIT {
    private static final TableName TABLE = new TableName("public", "orders");

    private static final Migration MIGRATION = new Migration(
            "orders-cents",
            "shop",
            TABLE,
            List.of(new Column("id", "bigint")),
            new Column("cents", "bigint"),
            new Migration.Fill("1", Migration.Keep.DERIVED));

    private static final Wanted INDEX = new Wanted(TABLE, "orders_cents_idx", false, "(cents)");

    /** Rows that lie in no range or in several, looked at partition by partition. */
    private static final String NOT_IN_ONE_RANGE = """
            SELECT count(*) FROM orders o WHERE 1 <> (SELECT count(*) FROM infill.range r
             WHERE r.relation = o.tableoid AND o.ctid >= r.lower_key[1]::tid AND o.ctid < r.upper_key[1]::tid)
            """;

    private static final String NUMBERS =
            "SELECT count(*) = max(number) + 1 AND count(*) = count(DISTINCT number)" + " FROM infill.range";

    @Test
    void everyRowOfEveryPartitionIsInOneRange(TestDatabase database) throws Exception {
        try (Connection connection = prepare(database)) {
            new RangeCutter(connection, MIGRATION).cutPages();

            assertThat(database.value(NOT_IN_ONE_RANGE)).isEqualTo("0");
            assertThat(database.value("SELECT count(DISTINCT relation) FROM infill.range"))
                    .as("an empty partition has a range too")
                    .isEqualTo("4");
            assertThat(database.value(NUMBERS)).isEqualTo("t");
            assertThat(PageRanges.haveChanged(connection, MIGRATION)).isFalse();
        }
    }

    @Test
    void whatIsAttachedMustBeFilledAndWhatIsDetachedIsForgotten(TestDatabase database) throws Exception {
        try (Connection connection = prepare(database)) {
            new RangeCutter(connection, MIGRATION).cutPages();
            long before = Long.parseLong(database.value("SELECT count(*) FROM infill.range"));
            database.execute(
                    "UPDATE infill.range SET state = 'done', verified_at = now()",
                    "ALTER TABLE orders DETACH PARTITION low",
                    "CREATE TABLE new (LIKE orders INCLUDING INDEXES)",
                    "INSERT INTO new SELECT 100000 + i, repeat('x', 100) FROM generate_series(1, 500) i",
                    "ALTER TABLE orders ATTACH PARTITION new FOR VALUES FROM (100000) TO (200000)");
            assertThat(PageRanges.haveChanged(connection, MIGRATION)).isTrue();

            PageRanges.followPartitions(connection, MIGRATION);

            assertThat(PageRanges.haveChanged(connection, MIGRATION)).isFalse();
            assertThat(database.value(NOT_IN_ONE_RANGE)).isEqualTo("0");
            assertThat(database.value("SELECT string_agg(DISTINCT relation::regclass::text, ' ') FROM infill.range"
                            + " WHERE state = 'overflowed'"))
                    .isEqualTo("new");
            assertThat(database.value("SELECT count(*) FROM infill.range WHERE relation = 'low'::regclass"))
                    .isEqualTo("0");
            assertThat(before).isPositive();
        }
    }

    @Test
    void aPartitionWhoseFileWasExchangedMustBeFilledAgain(TestDatabase database) throws Exception {
        try (Connection connection = prepare(database)) {
            new RangeCutter(connection, MIGRATION).cutPages();
            database.execute("UPDATE infill.range SET state = 'done'", "VACUUM FULL low");

            assertThat(PageRanges.haveChanged(connection, MIGRATION)).isTrue();
            PageRanges.followPartitions(connection, MIGRATION);

            assertThat(database.value("SELECT string_agg(DISTINCT relation::regclass::text, ' ') FROM infill.range"
                            + " WHERE state <> 'done'"))
                    .isEqualTo("low");
            assertThat(database.value(NOT_IN_ONE_RANGE)).isEqualTo("0");
        }
    }

    @Test
    void growByPartition(TestDatabase database) throws Exception {
        try (Connection connection = prepare(database)) {
            new RangeCutter(connection, MIGRATION).cutPages();
            database.execute("UPDATE infill.range SET state = 'done'");
            database.execute("INSERT INTO orders SELECT 5000 + i, repeat('x', 100) FROM generate_series(1, 4000) i");

            PageRanges.extend(connection, MIGRATION);

            assertThat(database.value(NOT_IN_ONE_RANGE)).isEqualTo("0");
            assertThat(database.value("SELECT count(*) FROM infill.range WHERE state = 'overflowed'"))
                    .as("pages that came hold captured rows")
                    .isEqualTo("0");
        }
    }

    @Test
    void anIndexIsBuiltPartitionByPartitionFromWhereverItWasLeft(TestDatabase database) throws Exception {
        try (Connection connection = prepare(database)) {
            // As a kill leaves it: the whole made, one part attached, one part there and not attached.
            database.execute("ALTER TABLE orders ADD COLUMN cents bigint");
            database.execute("CREATE INDEX orders_cents_idx ON ONLY orders (cents)");
            database.execute(
                    "CREATE INDEX low_idx ON low (cents)", "ALTER INDEX orders_cents_idx ATTACH PARTITION low_idx");
            database.execute(
                    "DO $$ BEGIN EXECUTE 'CREATE INDEX orders_cents_idx_' || 'empty'::regclass::oid || ' ON empty"
                            + " (cents)'; END $$");
            assertThat(Indexes.state(connection, INDEX)).isEqualTo(Indexes.State.INVALID);

            Indexes.buildParts(connection, INDEX);

            assertThat(Indexes.state(connection, INDEX)).isEqualTo(Indexes.State.VALID);
            Indexes.buildParts(connection, INDEX);
            assertThat(database.value("SELECT count(*) FROM pg_partition_tree('orders_cents_idx') WHERE isleaf"))
                    .isEqualTo("4");
            Indexes.dropParts(connection, INDEX);
            assertThat(database.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'orders_cents_idx%'"))
                    .isEqualTo("0");
        }
    }

    /** Two levels, a partition by hash below one by range, and an empty one. */
    private static Connection prepare(TestDatabase database) throws SQLException {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE low PARTITION OF orders FOR VALUES FROM (0) TO (10000)",
                "CREATE TABLE high PARTITION OF orders FOR VALUES FROM (10000) TO (20000) PARTITION BY HASH (id)",
                "CREATE TABLE high_0 PARTITION OF high FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE high_1 PARTITION OF high FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                "CREATE TABLE empty PARTITION OF orders FOR VALUES FROM (20000) TO (30000)",
                "INSERT INTO orders SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i",
                "INSERT INTO orders SELECT 10000 + i, repeat('x', 100) FROM generate_series(1, 5000) i",
                "ANALYZE orders");
        Connection connection = database.connect();
        LedgerSchema.createIfMissing(connection);
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO infill.migration (name, specification, definition, stage) VALUES (?, '', ?::jsonb, 'fill')")) {
            statement.setString(1, MIGRATION.name());
            statement.setString(2, Json.write(MIGRATION));
            statement.executeUpdate();
        }
        return connection;
    }
}
