package dev.infill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.infill.cli.command.Terminal.Result;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.CheckReport;
import dev.infill.protocol.status.CheckReport.Comparison.Row;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.TestDatabase;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

@ExtendWith(ClusterExtension.class)
class CheckCommandIT {
    private static final String SPECIFICATION = """
            migration: orders-total-cents
            database: shop
            table: public.orders
            column: {name: total_cents, type: bigint}
            fill:
              expression: round(total * 100)::bigint
            """;

    private static final String ORDERS = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2))";

    @TempDir
    private Path folder;

    private final Terminal terminal = new Terminal();
    private TestDatabase database;

    @BeforeEach
    void open(TestDatabase given) throws SQLException {
        database = given;
        database.execute(ORDERS, "INSERT INTO orders SELECT n, n / 7.0 FROM generate_series(1, 30) n");
    }

    private Result check(String specification, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("spec file.yaml"), specification);
        List<String> arguments = new ArrayList<>(List.of("check", file.toString()));
        arguments.addAll(List.of(more));
        return terminal.run(arguments.toArray(new String[0]));
    }

    private Result here(String specification, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--database", database.url()));
        arguments.addAll(List.of(more));
        return check(specification, arguments.toArray(new String[0]));
    }

    @Test
    void saysWhatItFoundAndThatNothingBlocks() throws IOException {
        Result result = here(SPECIFICATION);

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .startsWith("orders-total-cents   public.orders.total_cents   database shop, PostgreSQL ")
                .contains(
                        "warning  max_slot_wal_keep_size is -1 (wal-keep-unlimited)\n",
                        "\n           ALTER SYSTEM SET max_slot_wal_keep_size = '50GB'; -- what your disk can spare\n",
                        "Nothing blocks (1 warning, ")
                .endsWith("Nothing was touched.\n");
        assertThat(result.out().lines().filter(line -> !line.contains(";"))).allMatch(line -> line.length() <= 80);
    }

    @Test
    void endsWith3WhenSomethingBlocks() throws Exception {
        database.execute("ALTER TABLE orders ADD total_cents text");

        Result result = here(SPECIFICATION);

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.out())
                .contains(
                        "refused  public.orders.total_cents exists as text, not bigint\n",
                        "         → choose another name or the type text\n",
                        "Refused: 1 finding blocks (");
    }

    @Test
    void endsWith2WhenTheSpecificationIsWrong() throws IOException {
        Result result = here(SPECIFICATION.replace("column:", "colum:"), "--output", "sarif");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("spec file.yaml:4: ", "did you mean 'column'?");
    }

    @Test
    void takesTheDatabasesFromAConfigurationWithoutKafka() throws IOException {
        Path config = Files.writeString(
                folder.resolve("infill.yaml"), "databases:\n  shop: {url: \"" + database.url() + "\"}\n");

        assertThat(check(SPECIFICATION, "--config", config.toString()).exitCode())
                .isZero();
        assertThat(here(SPECIFICATION, "--config", config.toString()).err()).contains("exclude each other");
        assertThat(check(SPECIFICATION).err()).contains("no database is given");
    }

    @Test
    void speaksJson() throws Exception {
        database.execute("ALTER TABLE orders REPLICA IDENTITY NOTHING");

        JsonNode report =
                Json.mapper().readTree(here(SPECIFICATION, "-o", "json").out());

        JsonNode finding = report.at("/findings/0");
        assertThat(report.at("/blocked").asBoolean()).isTrue();
        assertThat(finding.at("/code").asText()).isEqualTo("replica-identity-nothing");
        assertThat(finding.at("/severity").asText()).isEqualTo("BLOCK");
        assertThat(finding.at("/sql").asText())
                .isEqualTo("ALTER TABLE \"public\".\"orders\" REPLICA IDENTITY DEFAULT;");
        assertThat(report.at("/grants")).hasSize(4);
    }

    @Test
    void speaksSarif() throws Exception {
        Result result = here(SPECIFICATION.replace("round(total", "round(totl"), "-o", "sarif");

        JsonNode log = Json.mapper().readTree(result.out());
        JsonNode run = log.at("/runs/0");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(log.at("/version").asText()).isEqualTo("2.1.0");
        assertThat(log.path("runs")).hasSize(1);
        assertThat(run.at("/tool/driver/name").asText()).isEqualTo("infill");
        assertThat(run.path("results")).isNotEmpty();
        for (JsonNode found : run.path("results")) {
            JsonNode rule =
                    run.at("/tool/driver/rules").path(found.path("ruleIndex").asInt(-1));
            assertThat(rule.path("id")).isEqualTo(found.path("ruleId"));
            assertThat(Set.of("error", "warning", "note"))
                    .contains(found.path("level").asText());
            assertThat(found.at("/message/text").asText()).isNotBlank();
            assertThat(found.at("/locations/0/physicalLocation/artifactLocation/uri")
                            .asText())
                    .endsWith("/spec%20file.yaml");
            assertThat(found.at("/locations/0/physicalLocation/region/startLine")
                            .asInt())
                    .isPositive();
        }
        JsonNode first = run.at("/results/0");
        assertThat(first.path("ruleId").asText()).isEqualTo("expression-invalid");
        assertThat(first.path("level").asText()).isEqualTo("error");
        assertThat(first.at("/locations/0/physicalLocation/region/startLine").asInt())
                .isEqualTo(6);
    }

    @Test
    void speaksJUnit() throws Exception {
        Result good = here(SPECIFICATION, "-o", "junit");
        Result bad = here(SPECIFICATION.replace("round(total", "round(totl<&>"), "-o", "junit");

        assertThat(good.exitCode()).isZero();
        assertThat(failures(good.out())).isEmpty();
        assertThat(bad.exitCode()).isEqualTo(3);
        assertThat(failures(bad.out())).containsExactly("expression-invalid");
    }

    /** The types of the failures, of a document whose counts are right and whose elements builds know. */
    private static List<String> failures(String xml) throws Exception {
        Element suites = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)))
                .getDocumentElement();
        Element suite = (Element) suites.getElementsByTagName("testsuite").item(0);
        NodeList all = suites.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            assertThat(Set.of("testsuite", "testcase", "failure", "system-out"))
                    .contains(all.item(i).getNodeName());
        }
        NodeList failures = suite.getElementsByTagName("failure");
        NodeList cases = suite.getElementsByTagName("testcase");
        assertThat(suites.getTagName()).isEqualTo("testsuites");
        assertThat(suite.getAttribute("tests")).isEqualTo(String.valueOf(cases.getLength()));
        assertThat(suite.getAttribute("failures")).isEqualTo(String.valueOf(failures.getLength()));
        List<String> types = new ArrayList<>();
        for (int i = 0; i < cases.getLength(); i++) {
            assertThat(((Element) cases.item(i)).getAttribute("classname")).isEqualTo("shop.public.orders");
            assertThat(((Element) cases.item(i)).getAttribute("name")).isNotBlank();
        }
        for (int i = 0; i < failures.getLength(); i++) {
            types.add(((Element) failures.item(i)).getAttribute("type"));
        }
        return types;
    }

    private static final String COMPARED = SPECIFICATION.replace("round(total * 100)::bigint", "public.cents(total)")
            + "environments: [shop-staging, shop]\n";

    private static final String CENTS = "CREATE FUNCTION cents(numeric) RETURNS bigint LANGUAGE sql IMMUTABLE AS";

    @Test
    void likeEnvironmentsDoNotBlock() throws Exception {
        try (TestDatabase staging = Clusters.postgres().freshDatabase()) {
            staging.execute(ORDERS, "INSERT INTO orders SELECT n, n / 7.0 FROM generate_series(1, 20) n");
            staging.execute(CENTS + " 'SELECT round($1 * 100)::bigint'");
            database.execute(CENTS + " 'SELECT round($1 * 100)::bigint'");

            Result result = here(COMPARED, "--database", "shop-staging=" + staging.url());

            assertThat(result.exitCode()).as(result.out()).isZero();
            assertThat(result.out())
                    .containsPattern("side by side +shop-staging +shop\n")
                    .containsPattern("  column total_cents +not yet +not yet\n")
                    .containsPattern("  expression's values +20 rows alike +30 rows alike\n")
                    .doesNotContain("≠");
        }
    }

    @Test
    void whateverDiffersBetweenEnvironmentsBlocks() throws Exception {
        try (TestDatabase staging = Clusters.postgres().freshDatabase()) {
            staging.execute(
                    "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2), total_cents bigint DEFAULT"
                            + " length(current_setting('TimeZone')))",
                    "INSERT INTO orders SELECT n, n / 7.0 FROM generate_series(1, 20) n",
                    "ALTER TABLE orders ALTER total TYPE numeric(14,2)",
                    CENTS + " 'SELECT trunc($1 * 100 + 0.5)::bigint + ($1 > 2)::int'",
                    "ALTER DATABASE " + staging.name() + " SET timezone = 'Asia/Tokyo'");
            database.execute(
                    CENTS + " 'SELECT round($1 * 100)::bigint'",
                    "ALTER TABLE orders ADD total_cents bigint DEFAULT length(current_setting('TimeZone'))",
                    "ALTER DATABASE " + database.name() + " SET timezone = 'UTC'");

            Result text = here(COMPARED, "--database", "shop-staging=" + staging.url());
            Result json = here(COMPARED, "--database", "shop-staging=" + staging.url(), "-o", "json");

            CheckReport report = Json.read(json.out(), CheckReport.class);
            assertThat(text.exitCode()).isEqualTo(3);
            assertThat(report.environments().rows())
                    .filteredOn(Row::differs)
                    .extracting(Row::what)
                    .containsExactly("time zone", "column total", "the default's value", "expression's values");
            assertThat(report.findings())
                    .filteredOn(finding -> finding.code().equals("environment-differs"))
                    .hasSize(4);
            assertThat(text.out())
                    .containsPattern("  time zone +Asia/Tokyo +UTC +≠\n")
                    .containsPattern("  column total +numeric\\(14,2\\) +numeric\\(12,2\\) +≠\n")
                    .containsPattern("  the default's value +10 +3 +≠\n")
                    .containsPattern("  expression's values +\\d+ of 20 rows differ +30 rows alike +≠\n");
        }
    }

    @Test
    void aRehearsalMayHaveTheColumnAlreadyButOfTheTypeThatIsWanted() throws Exception {
        String specification = SPECIFICATION + "environments: [shop-staging]\n";
        try (TestDatabase staging = Clusters.postgres().freshDatabase()) {
            staging.execute(ORDERS, "ALTER TABLE orders ADD total_cents bigint");

            assertThat(here(specification, "--database", "shop-staging=" + staging.url())
                            .exitCode())
                    .isZero();

            staging.execute("ALTER TABLE orders ALTER total_cents TYPE integer");
            Result other = here(specification, "--database", "shop-staging=" + staging.url());

            assertThat(other.exitCode()).isEqualTo(3);
            assertThat(other.out()).containsPattern("  column total_cents +integer +not yet +≠\n");
        }
    }

    @Test
    void anEnvironmentThatCanNotBeLookedAtBlocks() throws IOException {
        String specification = SPECIFICATION + "environments: [nowhere, down]\n";

        Result result = here(specification, "--database", "down=postgres://u@127.0.0.1:1/x");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.out())
                .contains(
                        "environments names 'nowhere', which is not configured",
                        "environment 'down' can't be looked at");
    }
}
