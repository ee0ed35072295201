package dev.infill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.infill.cli.command.Terminal.Result;
import dev.infill.cli.document.HtmlReport;
import dev.infill.cli.sample.Sample;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.servers.process.FreePorts;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ClusterExtension.class)
class VerifyCommandIT {
    @TempDir
    private Path folder;

    private final Terminal terminal = new Terminal();
    private TestDatabase database;

    @BeforeEach
    void open(TestDatabase given) throws Exception {
        database = given;
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2) NOT NULL, total_cents bigint NOT NULL)",
                "INSERT INTO orders SELECT i, i, i * 100 FROM generate_series(1, 1000) i",
                "CREATE INDEX orders_total_cents_idx ON orders (total_cents)",
                "ALTER TABLE orders ADD CONSTRAINT orders_total_cents_positive CHECK (total_cents >= 0)");
    }

    private Result verify(String report, String... more) throws Exception {
        return verifyAt(database.url(), report, more);
    }

    private Result verifyAt(String url, String report, String... more) throws Exception {
        Path file = Files.writeString(folder.resolve("report"), report);
        List<String> arguments = new ArrayList<>(List.of("verify", file.toString(), "--database", url));
        arguments.addAll(List.of(more));
        return terminal.run(arguments.toArray(new String[0]));
    }

    private static String json(String path, String field, String value) throws Exception {
        ObjectNode report = (ObjectNode) Json.mapper().readTree(Json.write(Sample.report()));
        ((ObjectNode) report.at(path)).put(field, value);
        return report.toString();
    }

    @Test
    void endsWith0WhereAllIsAsPromised() throws Exception {
        Result result = verify(Json.write(Sample.report()));

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("""
                orders-total-cents   public.orders.total_cents   as promised
                  rows compared       1,000
                  rows that differ    0
                  digests             rows changed since the report; 0 of 2 ranges unchanged
                """);
    }

    @Test
    void readsThePageToo() throws Exception {
        MigrationReport report = Sample.report();

        assertThat(verify(HtmlReport.page(report, Json.write(report))).exitCode())
                .isZero();
    }

    @Test
    void endsWith5AndSaysWhereRowsDiffer() throws Exception {
        database.execute(
                "UPDATE orders SET total_cents = 7766554433 WHERE id = 5",
                "INSERT INTO orders VALUES (70000, 1, 2)",
                "DROP INDEX orders_total_cents_idx");

        Result result = verify(Json.write(Sample.report()));

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.out())
                .contains(
                        "not as promised",
                        "rows that differ    2\n",
                        "there is no index orders_total_cents_idx of public.orders (index-missing)",
                        "1 of 1,000 rows in range 0 from the first up to 40001",
                        "1 of 1 row in range 1 from 40001 up to the last",
                        "has the column for its own")
                .doesNotContain("7766554433");
    }

    @Test
    void saysThatAnApplicationWhichOwnsTheColumnMayDiffer() throws Exception {
        database.execute("UPDATE orders SET total_cents = 1 WHERE id = 5");

        Result result = verify(json("/proof", "ownership", "APPLICATION"));

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.out()).contains("owner was application", "rows may differ on purpose");
    }

    @Test
    void speaksJson() throws Exception {
        JsonNode verified = Json.mapper()
                .readTree(verify(Json.write(Sample.report()), "-o", "json").out());

        assertThat(verified.at("/kept").asBoolean()).isTrue();
        assertThat(verified.at("/rows/compared").asLong()).isEqualTo(1000);
    }

    @Test
    void doesNotCompareDigestsOfAnotherMajorVersion() throws Exception {
        Result result = verify(json("/proof", "serverVersion", "9.6"));

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("not comparable: another major version");
    }

    @Test
    void endsWith2WhereTheFileIsNoReportThatCanBeVerified() throws Exception {
        assertThat(verify("{}").err()).contains("is no report of Infill");
        assertThat(verify("{}").exitCode()).isEqualTo(2);
        assertThat(terminal.run("verify", "nowhere", "--database", database.url())
                        .exitCode())
                .isEqualTo(2);
        assertThat(verify(json("", "outcome", "cancelled")).err()).contains("promises nothing");
        ObjectNode old = (ObjectNode) Json.mapper().readTree(Json.write(Sample.report()));
        old.remove("promise");
        Result result = verify(old.toString());
        assertThat(result.err()).contains("older version of Infill");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(verify(json("/promise/definition/fill", "expression", "1); SELECT (1"))
                        .exitCode())
                .isEqualTo(2);
    }

    @Test
    void endsWith1WhereTheDatabaseDoesNotAnswer() throws Exception {
        Result result = verifyAt("postgres://u@127.0.0.1:" + FreePorts.next() + "/shop", Json.write(Sample.report()));

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("cannot connect");
    }
}
