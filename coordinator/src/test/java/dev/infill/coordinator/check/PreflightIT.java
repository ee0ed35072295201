package dev.infill.coordinator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.check.Preflight.Outcome;
import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.Migration.Value;
import dev.infill.protocol.TableName;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.Finding.Severity;
import dev.infill.specification.SpecificationReader;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class PreflightIT {
    @Test
    void resolvesTheMigrationAgainstTheCatalog(TestDatabase database) throws SQLException {
        database.execute(
                "CREATE SCHEMA \"My Schema\"",
                "CREATE TABLE \"My Schema\".\"Orders\" (a text, at timestamptz(3), id numeric(8,2), total numeric,"
                        + " PRIMARY KEY (id, at) INCLUDE (a))");
        String specification = Checked.SPECIFICATION
                .replace("table: orders", "table: '\"My Schema\".\"Orders\"'")
                .replace("bigint}", "'NUMERIC(12, 2)'}");

        Outcome outcome = Checked.outcome(database.url(), specification);

        assertThat(outcome.resolved())
                .contains(new Migration(
                        "orders-total-cents",
                        "shop",
                        new TableName("My Schema", "Orders"),
                        List.of(new Column("id", "numeric(8,2)"), new Column("at", "timestamp(3) with time zone")),
                        new Column("total_cents", "numeric(12,2)"),
                        new Fill("round(total * 100)::bigint", Keep.DERIVED)));
        assertThat(Checked.codes(outcome, Severity.BLOCK)).isEmpty();
    }

    @Test
    void resolvesFurtherColumnsToo(TestDatabase database) throws SQLException {
        database.execute(Checked.ORDERS);

        Outcome outcome = Checked.outcome(
                database.url(),
                Checked.SPECIFICATION + "also: [{name: doubled, type: 'NUMERIC(14, 2)', expression: total * 2}]\n");

        assertThat(Checked.codes(outcome, Severity.BLOCK)).isEmpty();
        assertThat(outcome.resolved().orElseThrow().also())
                .containsExactly(new Value(new Column("doubled", "numeric(14,2)"), "total * 2"));
    }

    @Test
    void noExpressionMayReadAColumnThatIsFilledEvenIfItIsThere(TestDatabase database) throws SQLException {
        database.execute(Checked.ORDERS, "ALTER TABLE orders ADD COLUMN total_cents bigint");

        Outcome outcome = Checked.outcome(
                database.url(),
                Checked.SPECIFICATION + "also: [{name: doubled, type: bigint, expression: total_cents * 2}]\n");

        assertThat(outcome.findings())
                .filteredOn(finding -> finding.severity() == Severity.BLOCK)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.code()).isEqualTo("expression-invalid");
                    assertThat(finding.field()).isEqualTo("also[0].expression");
                    assertThat(finding.found()).contains("also[0].expression");
                });
    }

    @Test
    void leavesNothingBehind(TestDatabase database) throws SQLException {
        database.execute(Checked.ORDERS, "INSERT INTO orders VALUES (1, 1)");

        try (Connection connection = Checked.open(database.url())) {
            Preflight.check(connection, SpecificationReader.read(Checked.SPECIFICATION), new Environments(List.of()));

            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(Query.of(connection, "SELECT relname FROM pg_class WHERE relname LIKE 'infill%'")
                            .texts())
                    .isEmpty();
            assertThat(Query.of(connection, "SELECT 1 FROM pg_namespace WHERE nspname = 'infill'")
                            .texts())
                    .isEmpty();
        }
    }

    @Test
    void aColumnOfAnEarlierRunIsOurs(TestDatabase database) throws SQLException {
        database.execute(Checked.ORDERS, "ALTER TABLE orders ADD COLUMN total_cents bigint");
        enter(database, "orders-total-cents", "{\"columnCreated\": true}");

        Outcome outcome = Checked.outcome(database.url(), Checked.SPECIFICATION);

        assertThat(outcome.findings()).extracting(Finding::code).doesNotContain("column-exists", "table-taken");
        assertThat(outcome.resolved()).isPresent();
    }

    @Test
    void twoMigrationsOfOneTableExcludeEachOther(TestDatabase database) throws SQLException {
        database.execute(Checked.ORDERS);
        enter(database, "other", "{}");

        Outcome outcome = Checked.outcome(database.url(), Checked.SPECIFICATION);

        assertThat(Checked.codes(outcome, Severity.BLOCK)).containsExactly("table-taken");
        assertThat(outcome.resolved()).isEmpty();
    }

    private static void enter(TestDatabase database, String name, String memo) throws SQLException {
        try (Connection connection = Checked.open(database.url())) {
            dev.infill.postgres.ledger.LedgerSchema.createIfMissing(connection);
        }
        database.execute("INSERT INTO infill.migration (name, specification, definition, memo) VALUES ('" + name
                + "', '', '{\"table\": {\"schema\": \"public\", \"name\": \"orders\"}}', '" + memo + "')");
    }

    @Test
    void aRoleIsToldWhatItLacks(TestDatabase database) throws SQLException {
        String role = database.name() + "_role";
        database.execute(
                Checked.ORDERS,
                "CREATE ROLE " + role + " LOGIN",
                "REVOKE TEMP ON DATABASE " + database.name() + " FROM PUBLIC",
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC");

        Outcome outcome = Checked.outcome(as(database, role), Checked.SPECIFICATION);
        database.execute("DROP ROLE " + role);

        assertThat(outcome.findings())
                .filteredOn(finding -> finding.code().equals("missing-privilege"))
                .extracting(Finding::found)
                .satisfiesExactlyInAnyOrder(
                        found -> assertThat(found).contains("does not own public.orders"),
                        found -> assertThat(found).contains("lacks REPLICATION"),
                        found -> assertThat(found).contains("lacks CREATE on database"),
                        found -> assertThat(found).contains("lacks TEMP on database"),
                        found -> assertThat(found).contains("lacks CREATE on schema public"));
    }

    @Test
    void rowsThatAreHiddenFromUsAreNoBasis(TestDatabase database) throws SQLException {
        String role = database.name() + "_role";
        database.execute(
                Checked.ORDERS,
                "CREATE ROLE " + role + " LOGIN REPLICATION",
                "GRANT ALL ON DATABASE " + database.name() + " TO " + role,
                "GRANT ALL ON SCHEMA public TO " + role,
                "ALTER TABLE orders OWNER TO " + role,
                "ALTER TABLE orders ENABLE ROW LEVEL SECURITY");

        Outcome bypassed = Checked.outcome(as(database, role), Checked.SPECIFICATION);
        database.execute("ALTER TABLE orders FORCE ROW LEVEL SECURITY");
        Outcome hidden = Checked.outcome(as(database, role), Checked.SPECIFICATION);
        database.execute("DROP TABLE orders", "DROP OWNED BY " + role, "DROP ROLE " + role);

        assertThat(Checked.codes(bypassed, Severity.BLOCK)).isEmpty();
        assertThat(Checked.codes(bypassed, Severity.INFO)).contains("row-level-security-bypassed");
        assertThat(Checked.codes(hidden, Severity.BLOCK)).containsExactly("row-level-security");
    }

    private static String as(TestDatabase database, String role) {
        return database.url().replaceFirst("://[^@/]*@", "://" + role + "@");
    }

    @Test
    void warnsOfTransactionsThatStayOpen(TestDatabase database) throws SQLException {
        database.execute(Checked.ORDERS);
        Findings findings = new Findings();

        try (Connection idle = Checked.open(database.url());
                Connection connection = Checked.open(database.url())) {
            idle.setAutoCommit(false);
            Query.of(idle, "SELECT pg_current_xact_id()").texts();
            Query.of(connection, "SELECT pg_sleep(0.01)").texts();
            Table table =
                    Table.find(connection, new TableName("public", "orders")).orElseThrow();
            new ActivityCheck(Duration.ZERO, findings).look(connection, table);
            idle.rollback();
        }

        assertThat(findings.sorted()).extracting(Finding::code).containsExactly("long-transactions");
        assertThat(findings.sorted().get(0).found()).contains("(infill-test)");
    }
}
