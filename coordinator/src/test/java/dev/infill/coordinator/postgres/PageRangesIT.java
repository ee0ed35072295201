package dev.infill.coordinator.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.postgres.ledger.PassLedger;
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
class PageRangesIT {
    private static final Migration MIGRATION = new Migration(
            "orders-cents",
            "shop",
            new TableName("public", "All Orders"),
            List.of(new Column("id", "uuid")),
            new Column("cents", "bigint"),
            new Migration.Fill("1", Migration.Keep.DERIVED));

    @Test
    void coverEveryPageOnceWithRangesOfAboutEqualNumbersOfRows(TestDatabase database) throws Exception {
        prepare(database, 20_000);
        try (Connection connection = database.connect()) {
            new RangeCutter(connection, MIGRATION).cutPages();
        }

        assertThat(database.value("""
                        SELECT count(*) FROM "All Orders" o WHERE 1 <> (SELECT count(*) FROM infill.range r
                         WHERE o.ctid >= r.lower_key[1]::tid AND o.ctid < r.upper_key[1]::tid)
                        """))
                .as("rows that are not in exactly one range")
                .isEqualTo("0");
        assertThat(Long.parseLong(database.value("SELECT count(*) FROM infill.range")))
                .isBetween(5L, 40L);
        assertThat(Double.parseDouble(database.value("SELECT sum(planned_rows) FROM infill.range")))
                .isBetween(19_000.0, 22_000.0);
    }

    @Test
    void growWithTheTable(TestDatabase database) throws Exception {
        prepare(database, 5_000);
        try (Connection connection = database.connect()) {
            new RangeCutter(connection, MIGRATION).cutPages();
            long before = Long.parseLong(database.value("SELECT count(*) FROM infill.range"));
            fillUp(database, 5_000);

            PageRanges.extend(connection, MIGRATION);
            PageRanges.extend(connection, MIGRATION);

            assertThat(Long.parseLong(database.value("SELECT count(*) FROM infill.range")))
                    .isGreaterThan(before);
            assertThat(database.value("""
                            SELECT count(*) FROM "All Orders" o WHERE 1 <> (SELECT count(*) FROM infill.range r
                             WHERE o.ctid >= r.lower_key[1]::tid AND o.ctid < r.upper_key[1]::tid)
                            """)).isEqualTo("0");
        }
    }

    @Test
    void anEmptyTableHasOneRange(TestDatabase database) throws Exception {
        prepare(database, 0);
        try (Connection connection = database.connect()) {
            new RangeCutter(connection, MIGRATION).cutPages();

            assertThat(database.value("SELECT count(*) FROM infill.range")).isEqualTo("1");
        }
    }

    @Test
    void areStaleOnceTheTableWasRewrittenOrEmptied(TestDatabase database) throws Exception {
        prepare(database, 1_000);
        try (Connection connection = database.connect()) {
            new RangeCutter(connection, MIGRATION).cutPages();
            assertThat(PageRanges.areStale(connection, MIGRATION.name())).isFalse();
            database.execute("VACUUM FULL \"All Orders\"");
            assertThat(PageRanges.areStale(connection, MIGRATION.name())).isTrue();

            PassLedger.forgetRanges(connection, MIGRATION.name());
            new RangeCutter(connection, MIGRATION).cutPages();
            assertThat(PageRanges.areStale(connection, MIGRATION.name())).isFalse();
            database.execute("TRUNCATE \"All Orders\"");
            assertThat(PageRanges.areStale(connection, MIGRATION.name())).isTrue();
        }
    }

    @Test
    void theKindIsChosenByTheCatalogAndKept(TestDatabase database) throws Exception {
        prepare(database, 1_000);
        try (Connection connection = database.connect()) {
            assertThat(RangeCutter.chosen(connection, MIGRATION.name())).isEmpty();

            RangeCutter.choose(connection, MIGRATION, dev.infill.specification.Specification.Ranges.AUTO);

            assertThat(database.value("SELECT ranges FROM infill.migration")).isEqualTo("pages");
            assertThat(database.value("SELECT ranges_why FROM infill.migration"))
                    .startsWith("correlation of the key with the physical order: ");
        }
    }

    private static void prepare(TestDatabase database, int rows) throws SQLException {
        database.execute(
                "CREATE TABLE \"All Orders\" (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), note text, cents bigint)");
        fillUp(database, rows);
        try (Connection connection = database.connect()) {
            LedgerSchema.createIfMissing(connection);
            try (PreparedStatement statement = connection.prepareStatement(
                    "INSERT INTO infill.migration (name, specification, definition, stage) VALUES (?, '', ?::jsonb, 'fill')")) {
                statement.setString(1, MIGRATION.name());
                statement.setString(2, Json.write(MIGRATION));
                statement.executeUpdate();
            }
        }
    }

    private static void fillUp(TestDatabase database, int rows) throws SQLException {
        database.execute(
                "INSERT INTO \"All Orders\" (note) SELECT repeat('x', 100) FROM generate_series(1, " + rows + ")",
                "ANALYZE \"All Orders\"");
    }
}
