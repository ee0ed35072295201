package dev.infill.coordinator.lead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.postgres.ledger.DdlLedger;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.SchemaChangeReport;
import dev.infill.protocol.status.SchemaStatus.Running;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ClusterExtension.class)
class SchemaStepsIT {
    private static final String NAME = "orders-total-cents";
    private static final String EVERYTHING =
            SchemaBench.SPECIFICATION.replace("type: bigint", "type: bigint, default: 0") + """
            indexes:
              - {name: cents_idx, columns: [total_cents]}
              - {name: note_idx, columns: ['(lower(note))', total_cents], unique: true, include: [total], where: total_cents > 0}
            constraints:
              notNull: true
              checks: [{name: cents_positive, expression: total_cents >= 0}]
              foreignKey: {references: customers(id)}
            """;

    /** What the catalog says of the table, without what differs from one run to the next. */
    private static final String CATALOG = """
            SELECT 'column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' '
                            || coalesce(pg_get_expr(d.adbin, d.adrelid), '-')
              FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE a.attrelid = 'public.orders'::regclass AND a.attnum > 0 AND NOT a.attisdropped
             UNION ALL
            SELECT 'constraint ' || conname || ' ' || contype::text || ' ' || convalidated || ' ' || pg_get_constraintdef(oid)
              FROM pg_constraint WHERE conrelid = 'public.orders'::regclass
             UNION ALL
            SELECT 'index ' || indisvalid || ' ' || pg_get_indexdef(indexrelid)
              FROM pg_index WHERE indrelid = 'public.orders'::regclass
             ORDER BY 1
            """;

    private static void table(TestDatabase database) throws SQLException {
        database.execute(
                "CREATE TABLE customers (id bigint PRIMARY KEY)",
                "INSERT INTO customers SELECT generate_series(0, 10000)",
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2), note text)",
                "INSERT INTO orders SELECT n, n, 'note ' || n FROM generate_series(1, 50) n");
    }

    private static List<String> all(TestDatabase database, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    private static void fill(TestDatabase database) throws SQLException {
        database.execute("UPDATE orders SET total_cents = (total * 100)::bigint");
    }

    /** The statements of a run that nothing disturbs, from the indexes to the constraints, and what they leave. */
    private record Straight(List<String> statements, List<String> catalog) {}

    private static Straight straight(int version) throws SQLException {
        try (TestDatabase database = Clusters.postgres(version).freshDatabase()) {
            table(database);
            try (SchemaBench bench = SchemaBench.begin(database, EVERYTHING)) {
                bench.until(Stage.INDEX);
                fill(database);
                int before = Integer.parseInt(String.valueOf(database.value("SELECT max(id) FROM infill.ddl")));
                bench.until(Stage.COMPLETE);
                assertThat(bench.row().problem()).isNull();
                List<String> statements =
                        all(database, "SELECT statement FROM infill.ddl WHERE id > " + before + " ORDER BY done_at");
                return new Straight(statements, all(database, CATALOG));
            }
        }
    }

    /** 18 has NOT NULL as a constraint of its own; 14 needs a CHECK that proves it. */
    @ParameterizedTest
    @ValueSource(ints = {18, 14})
    void aKillBetweenAnyTwoStatementsLeadsToTheSameEnd(int version) throws SQLException {
        Straight straight = straight(version);
        assertThat(straight.statements()).hasSize(version == 18 ? 9 : 11);
        assertThat(straight.catalog())
                .anyMatch(line -> line.startsWith("column total_cents bigint true 0"))
                .noneMatch(line -> line.contains("infill_nn"))
                .noneMatch(line -> line.startsWith("index f"))
                .filteredOn(line -> line.startsWith("constraint"))
                .allMatch(line -> line.contains(" true "));

        for (int done = 0; done < straight.statements().size(); done++) {
            try (TestDatabase database = Clusters.postgres(version).freshDatabase()) {
                table(database);
                try (SchemaBench bench = SchemaBench.begin(database, EVERYTHING)) {
                    bench.until(Stage.INDEX);
                }
                fill(database);
                // What was done before the kill; of the long ones the ledger knows the begin.
                for (String statement : straight.statements().subList(0, done)) {
                    database.execute(statement.replace("public.", ""));
                }
                try (SchemaBench bench = SchemaBench.resume(database)) {
                    bench.until(Stage.COMPLETE);

                    assertThat(bench.row().problem()).isNull();
                    assertThat(all(database, CATALOG))
                            .as("killed after %d", done)
                            .isEqualTo(straight.catalog());
                }
            }
        }
    }

    @Test
    void aKillInTheMiddleOfAnIndexBuildLeavesNoInvalidIndex(TestDatabase database) throws SQLException {
        table(database);
        try (Connection writer = database.connect();
                SchemaBench bench = SchemaBench.begin(database, EVERYTHING)) {
            bench.until(Stage.INDEX);
            fill(database);
            writer.setAutoCommit(false);
            // Too young to be waited for before the build, so that the build waits for it after its first commit.
            writer.createStatement().execute("INSERT INTO orders VALUES (1000, 1)");
            bench.turn();
            await().until(() -> !all(database, "SELECT 1 FROM pg_index WHERE NOT indisvalid")
                    .isEmpty());
            Running running = Objects.requireNonNull(
                    DdlLedger.status(bench.connection(), NAME).running());
            assertThat(running.phase()).isEqualTo("waiting for writers before build");
            assertThat(running.waitsFor()).contains("idle in transaction");
        }
        await().until(() -> all(
                        database,
                        "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE%INDEX%' AND state = 'active'")
                .isEmpty());
        assertThat(all(database, "SELECT 1 FROM pg_index WHERE indrelid = 'orders'::regclass AND NOT indisvalid"))
                .hasSize(1);

        try (SchemaBench bench = SchemaBench.resume(database)) {
            bench.until(Stage.SYNC);

            assertThat(bench.row().problem()).isNull();
            assertThat(all(database, "SELECT indisvalid FROM pg_index WHERE indrelid = 'orders'::regclass"))
                    .containsExactly("t", "t", "t");
            assertThat(DdlLedger.changes(bench.connection(), NAME))
                    .extracting(SchemaChangeReport::what)
                    .contains("dropping index cents_idx");
        }
    }

    @Test
    void equalValuesStopAUniqueIndexWithoutALeftoverThatRefusesWrites(TestDatabase database) throws SQLException {
        table(database);
        try (SchemaBench bench = SchemaBench.begin(database, EVERYTHING)) {
            bench.until(Stage.INDEX);
            fill(database);
            database.execute("INSERT INTO orders VALUES (1000, 1, 'NOTE 1', 100)");

            bench.until(Stage.SYNC);

            assertThat(bench.row().standing()).isEqualTo(Standing.FAILED);
            assertThat(bench.row().problem())
                    .contains("unique index note_idx can't be built, because rows have equal values")
                    .contains("HAVING count(*) > 1; mend them, then resume");
            assertThat(all(database, "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"))
                    .isEmpty();
            String query =
                    String.valueOf(bench.row().problem()).replaceAll("(?s).*Find them with (.*); mend them.*", "$1");
            assertThat(all(database, query.replace("public.", ""))).containsExactly("note 1");

            database.execute("DELETE FROM orders WHERE id = 1000");
            bench.resumeAfterFailure();
            bench.until(Stage.SYNC);

            assertThat(bench.row().problem()).isNull();
            assertThat(bench.row().stage()).isEqualTo(Stage.SYNC);
        }
    }

    @Test
    void rollbackTakesBackWhatIsOursAndLeavesWhatWasThere(TestDatabase database) throws SQLException {
        table(database);
        database.execute(
                "ALTER TABLE orders ADD COLUMN total_cents bigint DEFAULT 7",
                "CREATE INDEX cents_idx ON orders (total_cents)");
        List<String> before = all(database, CATALOG);
        try (SchemaBench bench = SchemaBench.begin(database, EVERYTHING)) {
            bench.until(Stage.INDEX);
            fill(database);
            bench.until(Stage.COMPLETE);
            assertThat(bench.row().problem()).isNull();
            assertThat(all(database, CATALOG)).contains("column total_cents bigint true 0");

            bench.rollBack();

            assertThat(all(database, CATALOG)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {18, 14})
    void severalColumnsAreConstrainedAndTakenBackTogether(int version) throws SQLException {
        String several =
                EVERYTHING + "also: [{name: doubled, type: 'numeric(14,2)', default: 1, expression: total * 2}]\n";
        try (TestDatabase database = Clusters.postgres(version).freshDatabase()) {
            table(database);
            database.execute("ALTER TABLE orders ADD COLUMN total_cents bigint DEFAULT 7");
            List<String> before = all(database, CATALOG);
            try (SchemaBench bench = SchemaBench.begin(database, several)) {
                bench.until(Stage.INDEX);
                fill(database);
                database.execute("UPDATE orders SET doubled = total * 2");
                bench.until(Stage.COMPLETE);

                assertThat(bench.row().problem()).isNull();
                assertThat(all(database, CATALOG))
                        .contains("column total_cents bigint true 0")
                        .anyMatch(line -> line.startsWith("column doubled numeric(14,2) true "))
                        .noneMatch(line -> line.contains("infill_nn"));

                bench.rollBack();

                assertThat(all(database, CATALOG)).isEqualTo(before);
            }
        }
    }

    @Test
    void anIndexOfThatNameThatCameMeanwhileIsNotTakenForOurs(TestDatabase database) throws SQLException {
        table(database);
        try (SchemaBench bench = SchemaBench.begin(database, EVERYTHING)) {
            bench.until(Stage.INDEX);
            database.execute("CREATE INDEX cents_idx ON orders (total)");

            bench.until(Stage.SYNC);

            assertThat(bench.row().standing()).isEqualTo(Standing.FAILED);
            assertThat(bench.row().problem()).contains("another index cents_idx");
        }
    }

    @Test
    void aDefaultComesAfterEveryRowIsProvenAndRowsThatAreThereStayAsTheyAre(TestDatabase database) throws SQLException {
        table(database);
        try (SchemaBench bench = SchemaBench.begin(
                database, SchemaBench.SPECIFICATION.replace("type: bigint", "type: bigint, default: 9"))) {
            bench.until(Stage.INDEX);
            database.execute("INSERT INTO orders VALUES (1000, 10)");
            assertThat(database.value("SELECT total_cents FROM orders WHERE id = 1000"))
                    .isNull();

            bench.until(Stage.COMPLETE);
            database.execute("INSERT INTO orders (id, total) VALUES (1001, 10)");

            assertThat(database.value("SELECT total_cents FROM orders WHERE id = 1000"))
                    .isNull();
            assertThat(database.value("SELECT total_cents FROM orders WHERE id = 1001"))
                    .isEqualTo("9");
            assertThat(database.value("SELECT count(*) FROM pg_attribute WHERE atthasmissing"))
                    .isEqualTo("0");
        }
    }

    @Test
    void validatingAConstraintThatDoesNotHoldStopsTheMigration(TestDatabase database) throws SQLException {
        table(database);
        try (SchemaBench bench = SchemaBench.begin(database, EVERYTHING)) {
            bench.until(Stage.INDEX);
            fill(database);
            database.execute("UPDATE orders SET total_cents = NULL WHERE id = 7");

            bench.until(Stage.COMPLETE);

            assertThat(bench.row().standing()).isEqualTo(Standing.FAILED);
            assertThat(bench.row().problem()).contains("does not hold (SQLSTATE 23502");

            fill(database);
            bench.resumeAfterFailure();
            bench.until(Stage.COMPLETE);

            assertThat(bench.row().problem()).isNull();
        }
    }
}
