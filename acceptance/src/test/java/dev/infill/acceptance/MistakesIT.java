package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.servers.PostgresServer;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.TestDatabase;
import dev.infill.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user gets wrong in one line: told once, in words that help, and with nothing half done. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MistakesIT {
    private static final String GOOD = """
            migration: orders-total-cents
            database: shop
            table: public.orders
            column: {name: total_cents, type: bigint}
            fill:
              expression: round(total * 100)::bigint
            """;
    private static final String NOBODY = "127.0.0.1:1";

    private Path folder;
    private TestDatabase database;
    private ChildProcess coordinator;
    private String coordinatorUrl;

    /** A good specification with one text replaced, and what must be said about it. */
    private record Mistake(String name, String right, String wrong, List<String> told) {
        String specification() {
            assertThat(GOOD).contains(right);
            return GOOD.replace(right, wrong);
        }

        String[] words() {
            return told.toArray(String[]::new);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    void startCoordinator(@TempDir Path fresh) throws SQLException, IOException {
        folder = fresh;
        database = Clusters.postgres().freshDatabase();
        database.execute(
                "CREATE TABLE public.orders (id bigint PRIMARY KEY, total numeric(12,2) NOT NULL, total_text text)",
                "CREATE TABLE public.keyless (id bigint, total numeric(12,2))",
                "INSERT INTO public.orders VALUES (1, 12.34)");
        Path config = Files.writeString(folder.resolve("infill.yaml"), """
                databases: {shop: {url: "%s"}}
                kafka: {bootstrapServers: "%s", prefix: mistakes}
                http: {port: 0}
                """.formatted(
                        database.url(), Clusters.kafka().bootstrapServers()));
        coordinator = ChildProcess.start(
                Infill.command(folder.resolve("coordinator.log"), "coordinator", "--config", config.toString()));
        String line = coordinator.waitForLine("answers at http", Duration.ofMinutes(3));
        coordinatorUrl = line.replaceFirst(".*answers at (http://[0-9.:]+[0-9]).*", "$1");
    }

    @AfterAll
    void stop() {
        coordinator.close();
        database.close();
    }

    static Stream<Mistake> inTheText() {
        return Stream.of(
                new Mistake(
                        "unknown field",
                        "expression:",
                        "expresion:",
                        List.of("wrong.yaml:6: unknown field fill.expresion", "did you mean 'expression'?")),
                new Mistake(
                        "broken YAML",
                        "  expression: round",
                        "  expression: [round",
                        List.of("wrong.yaml:7: this is not YAML", "look at this line and the one above")),
                new Mistake(
                        "no such value",
                        "type: bigint}",
                        "type: bigint}\ngates: {reads: always}",
                        List.of("wrong.yaml:5: gates.reads is one of", "got 'always'")));
    }

    @ParameterizedTest
    @MethodSource("inTheText")
    void mistakesInTheTextAreToldBeforeAnythingIsAsked(Mistake mistake) throws IOException {
        Path file = write(mistake.specification());

        // Nobody listens there: it was not even tried.
        run(file, "--database", "postgres://me@" + NOBODY + "/shop").tells(2, mistake.words());
    }

    static Stream<Mistake> foundByTheCheck() {
        return Stream.of(
                new Mistake(
                        "no such table",
                        "public.orders",
                        "public.ordrs",
                        List.of("wrong.yaml:3: there is no table public.ordrs", "→ did you mean public.orders?")),
                new Mistake(
                        "another type",
                        "total_cents",
                        "total_text",
                        List.of(
                                "wrong.yaml:4: column.type: public.orders.total_text exists as text, not bigint",
                                "→ choose another name or the type text")),
                new Mistake(
                        "broken expression",
                        "round(total * 100)::bigint",
                        "round(total *)::bigint",
                        List.of(
                                "wrong.yaml:6: the server refuses fill.expression at position 14: syntax error",
                                "→ write one SQL expression")),
                new Mistake(
                        "unknown column in the expression",
                        "round(total *",
                        "round(totl *",
                        List.of(
                                "wrong.yaml:6: the server refuses fill.expression: column \"totl\" does not exist",
                                "→ ")),
                new Mistake(
                        "no key",
                        "public.orders",
                        "public.keyless",
                        List.of("wrong.yaml:3: table: public.keyless has no primary key", "→ add one over columns")));
    }

    @ParameterizedTest
    @MethodSource("foundByTheCheck")
    void whatTheCheckFindsIsToldWithItsLine(Mistake mistake) throws IOException, SQLException {
        Path file = write(mistake.specification());

        infill("submit", file.toString(), "--coordinator", coordinatorUrl)
                .tells(3, "infill: the check refuses the migration; nothing was touched")
                .tells(3, mistake.words());

        nothingIsHalfDone();
    }

    @Test
    void aMistakeInTheTextIsToldBySubmitInTheSameWords() throws IOException, SQLException {
        Path file = write(GOOD.replace("expression:", "expresion:"));

        infill("submit", file.toString(), "--coordinator", coordinatorUrl)
                .tells(2, "infill: wrong.yaml:6: unknown field fill.expresion; did you mean 'expression'?");

        nothingIsHalfDone();
    }

    @Test
    void runRefusesTheSameInTheSameWords() throws IOException, SQLException {
        Path file = write(GOOD.replace("public.orders", "public.ordrs"));

        run(
                        file,
                        "--database",
                        database.url(),
                        "--bootstrap-server",
                        Clusters.kafka().bootstrapServers())
                .tells(
                        3,
                        "infill: the check refuses",
                        "wrong.yaml:3: there is no table public.ordrs",
                        "→ did you mean public.orders?");

        nothingIsHalfDone();
    }

    @Test
    void aServerThatIsNotSetUpIsRefusedAndItsPasswordAskedFor(@TempDir Path own) throws IOException, SQLException {
        var settings = Clusters.postgresSettings(18)
                .withParameter("wal_level", "replica")
                .withPassword("right");
        Path file = write(GOOD);
        try (PostgresServer server = PostgresServer.start(own.resolve("server"), settings)) {
            var shop = new Shop(server.jdbcUrl("postgres"));
            shop.create(10);

            run(file, "--database", server.url("postgres").replace("right", "wrong"))
                    .tells(
                            1,
                            "infill: cannot connect to database 'shop' at",
                            "password authentication failed",
                            "check user and password");
            // With a broker of its own, which must end with it.
            run(
                            file,
                            "--database",
                            server.url("postgres"),
                            "--data",
                            own.resolve("data").toString())
                    .tells(
                            3,
                            "wal_level is replica",
                            "→ raise it, then restart the server",
                            "ALTER SYSTEM SET wal_level = 'logical';");

            assertThat(leftovers(shop)).isEmpty();
        }
        assertThat(processesOf(own)).as("processes that are left").isEmpty();
    }

    @Test
    void aBrokerThatIsNotThereIsNamed() throws IOException, SQLException {
        run(write(GOOD), "--database", database.url(), "--bootstrap-server", NOBODY)
                .tells(1, "infill: cannot reach Kafka at " + NOBODY, "check the address, that the broker runs");

        nothingIsHalfDone();
    }

    @Test
    void aCoordinatorThatIsNotThereIsNamed() throws IOException {
        infill("submit", write(GOOD).toString(), "--coordinator", "http://" + NOBODY)
                .tells(
                        1,
                        "infill: no coordinator answers at http://" + NOBODY + " (nobody listens there)",
                        "start one with 'infill coordinator");
    }

    private Ended run(Path file, String... options) {
        return infill(Stream.concat(Stream.of("run", file.toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    private Ended infill(String... arguments) {
        return Ended.infill(folder, arguments);
    }

    /** The name is typed as it stands in the folder, so that messages are as short as a user sees them. */
    private Path write(String specification) throws IOException {
        Files.writeString(folder.resolve("wrong.yaml"), specification);
        return Path.of("wrong.yaml");
    }

    private void nothingIsHalfDone() throws SQLException {
        assertThat(leftovers(new Shop(database.jdbcUrl()))).isEmpty();
    }

    private static List<String> leftovers(Shop shop) throws SQLException {
        return shop.texts("""
                SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'infill'
                 UNION ALL SELECT 'publication ' || pubname FROM pg_publication
                 UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = current_database()
                 UNION ALL SELECT 'origin ' || roname FROM pg_replication_origin
                 UNION ALL SELECT 'column ' || attname FROM pg_attribute WHERE attname = 'total_cents'
                """);
    }

    private static List<String> processesOf(Path folder) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(folder.toString()))
                .toList();
    }
}
