package dev.infill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.cli.command.Terminal.Result;
import dev.infill.servers.process.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageTest {
    private static final String SPECIFICATION = """
            migration: orders-total-cents
            database: shop
            table: public.orders
            column: {name: total_cents, type: bigint}
            fill: {expression: round(total * 100)::bigint}
            """;

    @TempDir
    private Path folder;

    private final Terminal terminal = new Terminal();

    private Result run(String specification, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("spec.yaml"), specification);
        var arguments = new java.util.ArrayList<>(java.util.List.of(
                "run", file.toString(), "--data", folder.resolve("data").toString()));
        arguments.addAll(java.util.List.of(more));
        return terminal.run(arguments.toArray(new String[0]));
    }

    private void refused(Result result, int exitCode, String... words) {
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.err()).startsWith("infill: ").contains(words).doesNotContain("Exception", "\tat ");
        assertThat(result.exitCode()).isEqualTo(exitCode);
        assertThat(result.out()).isEmpty();
        assertThat(folder.resolve("data").resolve("kafka")).doesNotExist();
    }

    @Test
    void withoutACommandShowsThemAll() {
        Result result = terminal.run();

        assertThat(result.err()).contains("demo", "run", "coordinator", "Exit codes:", "130");
        assertThat(result.exitCode()).isEqualTo(2);
    }

    @Test
    void guessesWhatAMistypedCommandMeant() {
        Result result = terminal.run("statsu");

        assertThat(result.err())
                .isEqualTo(
                        "infill: unmatched argument at index 0: 'statsu'; did you mean 'status'? see infill --help\n");
        assertThat(result.exitCode()).isEqualTo(2);
    }

    @Test
    void everyCommandHasHelp() {
        for (String command : new String[] {
            "demo",
            "check",
            "run",
            "coordinator",
            "worker",
            "cdc-bridge",
            "submit",
            "list",
            "status",
            "pause",
            "resume",
            "cancel",
            "rollback",
            "pace",
            "approve",
            "ready",
            "own",
            "report",
            "verify",
            "export",
            "bench"
        }) {
            Result result = terminal.run(command, "--help");

            assertThat(result.exitCode()).as(command).isZero();
            assertThat(result.out()).as(command).startsWith("Usage: infill " + command);
        }
    }

    @Test
    void namesTheStagesThatThereAre() throws IOException {
        Result result = run(SPECIFICATION, "--database", "postgres://a/b", "--until", "filling");

        refused(result, 2, "'filling' is none of check, expand, capture, fill, verify");
    }

    @Test
    void saysThatAFileIsMissing() {
        Result result = terminal.run("run", "nowhere.yaml", "--database", "postgres://a/b");

        assertThat(result.err()).startsWith("infill: there is no file nowhere.yaml (looked for /");
        assertThat(result.exitCode()).isEqualTo(2);
    }

    @Test
    void pointsAtAnUnknownField() throws IOException {
        Result result = run(SPECIFICATION.replace("type:", "typ:"), "--database", "postgres://a/b");

        refused(result, 2, "spec.yaml:4: ", "column.typ", "did you mean 'type'?");
    }

    @Test
    void pointsAtBrokenYaml() throws IOException {
        Result result = run(SPECIFICATION.replace("bigint}", "bigint"), "--database", "postgres://a/b");

        refused(result, 2, "spec.yaml:");
    }

    @Test
    void wantsTheDatabaseThatTheSpecificationNames() throws IOException {
        Result result = run(SPECIFICATION, "--database", "other=postgres://a/b");

        refused(result, 2, "the specification uses the database 'shop'", "--database shop=URL");
    }

    @Test
    void doesNotRepeatAnAddressThatIsWrong() throws IOException {
        Result result = run(SPECIFICATION, "--database", "mysql://root:secret@a/b");

        refused(result, 2, "postgres://");
        assertThat(result.err()).doesNotContain("secret");
    }

    @Test
    void wantsADatabase() throws IOException {
        refused(run(SPECIFICATION), 2, "no database is given; add --database URL");
    }

    @Test
    void saysThatNoDatabaseAnswers() throws IOException {
        Result result = run(SPECIFICATION, "--database", "postgres://u@127.0.0.1:" + FreePorts.next() + "/shop");

        refused(result, 1, "cannot connect to database 'shop' at jdbc:postgresql://127.0.0.1:", "check host and port");
    }

    @Test
    void saysWhatIsWrongInTheConfiguration() throws IOException {
        Path file = Files.writeString(folder.resolve("infill.yaml"), """
                databases:
                  shop: {url: "postgres://a/b"}
                kafka:
                  bootstrapServer: a:9092
                """);

        Result result = terminal.run("worker", "--config", file.toString());

        assertThat(result.err())
                .isEqualTo("infill: " + file
                        + ":4: kafka.bootstrapServer is not known here; did you mean 'bootstrapServers'?\n");
        assertThat(result.exitCode()).isEqualTo(2);
    }
}
