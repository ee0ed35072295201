package dev.infill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.cli.command.Terminal.Result;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.DirectoryResourceAccessor;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs what is exported with the very tools that it is for. */
@ExtendWith(ClusterExtension.class)
class ExportIT {
    private static final String SPECIFICATION = """
            migration: orders-total-cents
            database: shop
            table: '"Order Book".orders'
            column: {name: total_cents, type: "numeric(20,0)"}
            fill:
              expression: |-
                round(total * 100) -- of the net
            indexes:
              - {name: orders_total_cents_idx, columns: [total_cents, id]}
            constraints:
              notNull: true
              checks:
                - name: it's positive
                  expression: "total_cents >= 0 AND 'a;b' <> '$infill$' -- or free"
              foreignKey: {references: '"Order Book".sums(cents)'}
            """.replace("name: it's positive", "name: '\"it''s positive\"'");

    /** Everything that a schema change leaves, as the catalog has it, with what would be another object of the same name. */
    private static final String CATALOG = """
            SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
                SELECT 'column ' || attnum || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull
                  FROM pg_attribute WHERE attrelid = '"Order Book".orders'::regclass AND attnum > 0
                UNION ALL SELECT 'index ' || indexrelid || ' ' || pg_get_indexdef(indexrelid) || ' ' || indisvalid
                  FROM pg_index WHERE indrelid = '"Order Book".orders'::regclass
                UNION ALL SELECT 'constraint ' || oid || ' ' || conname || ' ' || pg_get_constraintdef(oid)
                  FROM pg_constraint WHERE conrelid = '"Order Book".orders'::regclass AND contype <> 'n'
            ) c(line)
            """;

    @TempDir
    private Path folder;

    private final Terminal terminal = new Terminal();
    private TestDatabase database;
    private Path specification;

    @BeforeEach
    void open(TestDatabase given) throws Exception {
        database = given;
        database.execute(
                "CREATE SCHEMA \"Order Book\"",
                "CREATE TABLE \"Order Book\".sums (cents numeric(20,0) PRIMARY KEY)",
                "CREATE TABLE \"Order Book\".orders (id bigint PRIMARY KEY, total numeric(12,2))");
        specification = Files.writeString(folder.resolve("spec.yaml"), SPECIFICATION);
    }

    private Path exported(String tool, String... more) throws Exception {
        Path scripts = Files.createDirectories(folder.resolve(tool));
        List<String> arguments = new ArrayList<>(
                List.of("export", specification.toString(), "--as", tool, "--file", scripts.toString()));
        arguments.addAll(List.of(more));
        Result result = terminal.run(arguments.toArray(new String[0]));
        assertThat(result.exitCode()).as(result.err()).isZero();
        try (var files = Files.list(scripts)) {
            return files.findFirst().orElseThrow();
        }
    }

    /** Flyway on a history of its own, so that it runs the script again. */
    private void flyway(String history) {
        Flyway.configure()
                .dataSource(database.jdbcUrl(), null, null)
                .locations("filesystem:" + folder.resolve("flyway"))
                .table(history)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
    }

    private void liquibase(Path script, boolean again) throws Exception {
        if (again) {
            database.execute("DROP TABLE IF EXISTS databasechangelog, databasechangeloglock");
        }
        try (Liquibase liquibase = new Liquibase(
                script.getFileName().toString(),
                new DirectoryResourceAccessor(script.getParent()),
                new JdbcConnection(database.connect()))) {
            liquibase.update(new Contexts());
        }
    }

    /** Each statement in a transaction of its own, split where a statement ends on its line. */
    private void each(Path script) throws Exception {
        String text = Files.readString(script);
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            for (String sql : org.postgresql.core.Parser.parseJdbcSql(text, true, false, true, false, false).stream()
                    .map(query -> query.nativeSql)
                    .toList()) {
                statement.execute(sql);
            }
        }
    }

    private String catalog() throws SQLException {
        return String.valueOf(database.value(CATALOG));
    }

    private void assertMade() throws SQLException {
        assertThat(catalog())
                .contains(
                        "total_cents numeric(20,0) t",
                        "(total_cents, id) t",
                        "it's positive CHECK",
                        "orders_total_cents_fkey FOREIGN KEY (total_cents) REFERENCES \"Order Book\".sums(cents)")
                .doesNotContain("NOT VALID", "infill_nn");
    }

    /** As Infill leaves it: the same objects, made by other statements. */
    private void madeByInfill() throws SQLException {
        database.execute(
                "ALTER TABLE \"Order Book\".orders ADD total_cents numeric(20,0)",
                "CREATE INDEX CONCURRENTLY orders_total_cents_idx ON \"Order Book\".orders (total_cents, id)",
                "ALTER TABLE \"Order Book\".orders ALTER total_cents SET NOT NULL,"
                        + " ADD CONSTRAINT \"it's positive\" CHECK (total_cents >= 0),"
                        + " ADD CONSTRAINT orders_total_cents_fkey FOREIGN KEY (total_cents) REFERENCES \"Order Book\".sums");
    }

    @Test
    void flywayMakesItOnAnEmptyCopyAndIsDoneWithItTheSecondTime() throws Exception {
        Path script = exported("flyway", "--as-version", "2.1");
        assertThat(script.getFileName()).hasToString("V2.1__orders_total_cents.sql");

        flyway("one");
        assertMade();
        String made = catalog();
        flyway("two");

        assertThat(catalog()).isEqualTo(made);
        assertThat(database.value("SELECT count(*) FROM two WHERE version = '2.1' AND success"))
                .isEqualTo("1");
    }

    @Test
    void flywayFindsNothingToDoWhereInfillWasAndWaitsForNoLock() throws Exception {
        exported("flyway");
        madeByInfill();
        String made = catalog();
        try (Connection application = database.connect();
                var statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("LOCK TABLE \"Order Book\".orders IN ACCESS EXCLUSIVE MODE");

            flyway("history");
        }

        assertThat(catalog()).isEqualTo(made);
    }

    @Test
    void flywayRefusesALargeTableWhereInfillWasNot() throws Exception {
        exported("flyway");
        database.execute(
                "ALTER TABLE \"Order Book\".orders ADD filler text",
                "ALTER TABLE \"Order Book\".orders ALTER filler SET STORAGE EXTERNAL",
                "INSERT INTO \"Order Book\".orders (id, filler)"
                        + " SELECT i, repeat('x', 1100000) FROM generate_series(1, 100) i");

        assertThatThrownBy(() -> flyway("history"))
                .isInstanceOf(FlywayException.class)
                .hasMessageContaining("the table is large");
        assertThat(catalog()).doesNotContain("total_cents");
    }

    @Test
    void liquibaseMakesItOnAnEmptyCopyAndIsDoneWithItTheSecondTime() throws Exception {
        Path script = exported("liquibase");

        liquibase(script, false);
        assertMade();
        String made = catalog();
        liquibase(script, false);
        liquibase(script, true);

        assertThat(catalog()).isEqualTo(made);
        assertThat(database.value("SELECT count(*) FROM databasechangelog WHERE exectype <> 'MARK_RAN'"))
                .isEqualTo("0");
    }

    @Test
    void liquibaseFindsNothingToDoWhereInfillWas() throws Exception {
        Path script = exported("liquibase");
        madeByInfill();
        String made = catalog();

        liquibase(script, false);

        assertThat(catalog()).isEqualTo(made);
    }

    @Test
    void liquibaseReplacesAnIndexThatAnEndedBuildLeft() throws Exception {
        Path script = exported("liquibase");
        leaveAnInvalidIndex();

        liquibase(script, false);

        assertMade();
    }

    @Test
    void aPlainClientMakesItAndIsDoneWithItTheSecondTime() throws Exception {
        Path script = exported("sql");

        each(script);
        assertMade();
        String made = catalog();
        each(script);

        assertThat(catalog()).isEqualTo(made);
    }

    @Test
    void aPlainClientIsToldOfAnIndexThatAnEndedBuildLeft() throws Exception {
        Path script = exported("sql");
        leaveAnInvalidIndex();

        assertThatThrownBy(() -> each(script))
                .hasMessageContaining("DROP INDEX CONCURRENTLY IF EXISTS \"Order Book\".\"orders_total_cents_idx\"");
    }

    @Test
    void saysWhatIsLeftToDoInADatabase() throws Exception {
        Result before =
                terminal.run("export", specification.toString(), "--as", "flyway", "--database", database.url());
        assertThat(before.err())
                .isEqualTo("in database 'shop' the script would do: column total_cents; index orders_total_cents_idx;"
                        + " constraint it's positive; constraint orders_total_cents_fkey; NOT NULL\n");
        madeByInfill();

        Result after =
                terminal.run("export", specification.toString(), "--as", "liquibase", "--database", database.url());

        assertThat(after.err()).isEqualTo("in database 'shop' the script finds nothing to do\n");
        assertThat(after.out()).startsWith("--liquibase formatted sql\n");
    }

    @Test
    void doesNotWriteOverWhatAToolMayHaveRun() throws Exception {
        Path script = exported("sql");

        Result again = terminal.run("export", specification.toString(), "--as", "sql", "--file", script.toString());

        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("is there already");
    }

    private void leaveAnInvalidIndex() throws SQLException {
        database.execute(
                "ALTER TABLE \"Order Book\".orders ADD total_cents numeric(20,0)",
                "CREATE INDEX orders_total_cents_idx ON \"Order Book\".orders (total_cents, id)",
                "UPDATE pg_index SET indisvalid = false"
                        + " WHERE indexrelid = '\"Order Book\".orders_total_cents_idx'::regclass");
    }
}
