package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables as real databases have them, each with a migration of its own that fills two columns, all at the same time and under
 * writes; at the end each is compared by SQL that shares nothing with the product.
 */
class AnyTableIT {
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(5);

    private static final List<String> BEFORE = List.of(
            "CREATE SCHEMA \"Other Schema\"",
            "CREATE TYPE public.mood AS ENUM ('sad', 'so so', 'glad')",
            "CREATE DOMAIN public.code AS text CHECK (value <> '')",
            "CREATE EXTENSION btree_gist",
            "CREATE EXTENSION citext",
            "CREATE COLLATION public.blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
            "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS"
                    + " 'BEGIN NEW.touched := coalesce(NEW.touched, 0) + 1; RETURN NEW; END'");

    private static final String UUID = "md5(g::text)::uuid";

    /**
     * A kind of table.
     *
     * @param table as SQL has it
     * @param columns beside {@code total}
     * @param insert expressions of {@code g} for the columns of {@code into}
     */
    private record Shape(
            String name, String table, String columns, String into, String insert, int rows, String after) {
        Shape {
            after = after.replace("$", table);
        }

        String create() {
            return "CREATE TABLE " + table + " (" + columns + ", total numeric)";
        }

        String fill(int from, int to) {
            return "INSERT INTO " + table + " (" + into + ", total) SELECT " + insert
                    + ", CASE WHEN g % 11 <> 0 THEN g * 7919 % 100000 / 100.0 END FROM generate_series(" + from + ", "
                    + to
                    + ") g";
        }

        String wrongRows() {
            return "SELECT count(*) FROM " + table + " WHERE cents IS DISTINCT FROM round(total * 100)::bigint"
                    + " OR doubled IS DISTINCT FROM total * 2";
        }

        String specification() {
            return """
                   migration: %s
                   database: shop
                   table: '%s'
                   column: {name: cents, type: bigint}
                   fill:
                     expression: round(total * 100)::bigint
                   also:
                     - {name: doubled, type: "numeric(20,4)", expression: total * 2}
                   gates: {reads: evidence, writes: evidence, quiet: 1s, staleness: 30s}
                   pace: full
                   """.formatted(name, table);
        }
    }

    private static Shape shape(String name, String columns, String into, String insert) {
        return new Shape(name, "public." + name.replace('-', '_'), columns, into, insert, 1500, "");
    }

    private static Shape shape(String name, String columns, String into, String insert, String after) {
        return new Shape(name, "public." + name.replace('-', '_'), columns, into, insert, 1500, after);
    }

    private static final List<Shape> SHAPES = List.of(
            shape(
                    "key-of-five-columns",
                    "a int, b text, c date, d uuid, e numeric, PRIMARY KEY (c, a, e, d, b)",
                    "a, b, c, d, e",
                    "g % 7, 'b' || g % 13, date '2020-01-01' + g % 5, " + UUID + ", g / 3.0"),
            shape("key-of-two-columns", "a text, b bigint, PRIMARY KEY (b, a)", "a, b", "'x' || g, g % 50"),
            shape("uuid-key", "id uuid PRIMARY KEY", "id", UUID),
            shape("text-key", "id text COLLATE \"C\" PRIMARY KEY", "id", "'k\\e''y \"' || g"),
            shape("text-key-case-blind", "id text COLLATE public.blind PRIMARY KEY", "id", "'Key' || g"),
            shape("citext-key", "id public.citext PRIMARY KEY", "id", "'Key' || g"),
            shape("numeric-key", "id numeric PRIMARY KEY", "id", "g / 7.0"),
            shape(
                    "timestamptz-key",
                    "id timestamptz PRIMARY KEY",
                    "id",
                    "'2020-01-01'::timestamptz + g * interval '1.000001 s'"),
            shape("bytea-key", "id bytea PRIMARY KEY", "id", "decode(md5(g::text), 'hex')"),
            shape(
                    "enum-key",
                    "id public.mood, n int, PRIMARY KEY (id, n)",
                    "id, n",
                    "(ARRAY['sad', 'so so', 'glad'])[1 + g % 3]::public.mood, g"),
            shape("domain-key", "id public.code PRIMARY KEY", "id", "'c' || g"),
            shape("sparse-key", "id bigint PRIMARY KEY", "id", "g::bigint * g * g * 1000000"),
            shape("negative-key", "id int PRIMARY KEY", "id", "-g"),
            shape(
                    "unique-key",
                    "note text, id int NOT NULL",
                    "id",
                    "g",
                    "CREATE UNIQUE INDEX unique_key_id ON $ (id); ALTER TABLE $ REPLICA IDENTITY USING INDEX unique_key_id"),
            shape("identity-full", "id int PRIMARY KEY", "id", "g", "ALTER TABLE $ REPLICA IDENTITY FULL"),
            shape(
                    "identity-by-index",
                    "id int PRIMARY KEY, code text NOT NULL",
                    "id, code",
                    "g, 'c' || g",
                    "CREATE UNIQUE INDEX by_code ON $ (code); ALTER TABLE $ REPLICA IDENTITY USING INDEX by_code"),
            shape("identity-always", "id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text", "note", "'n' || g"),
            shape(
                    "generated-columns",
                    "id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED, thrice int GENERATED ALWAYS AS (id * 3) VIRTUAL",
                    "id",
                    "g"),
            shape(
                    "exclusion-constraint",
                    "id int PRIMARY KEY, during int4range, EXCLUDE USING gist (during WITH &&)",
                    "id, during",
                    "g, int4range(g * 10, g * 10 + 5)"),
            shape(
                    "update-trigger",
                    "id int PRIMARY KEY, touched int",
                    "id",
                    "g",
                    "CREATE TRIGGER touches BEFORE UPDATE ON $ FOR EACH ROW EXECUTE FUNCTION public.touch()"),
            shape("published-elsewhere", "id int PRIMARY KEY", "id", "g", "CREATE PUBLICATION elsewhere FOR TABLE $"),
            shape(
                    "toasted",
                    "id int PRIMARY KEY, doc jsonb",
                    "id, doc",
                    "g, (SELECT jsonb_object_agg(i, md5((i * g)::text)) FROM generate_series(1, 200) i)"),
            shape("two-hundred-columns", manyColumns(), "id", "g"),
            new Shape("one-row", "public.one_row", "id int PRIMARY KEY", "id", "g", 1, ""),
            new Shape("empty", "public.empty", "id int PRIMARY KEY", "id", "g", 0, ""),
            new Shape(
                    "reserved-words",
                    "\"Other Schema\".\"select\"",
                    "\"order\" int, \"Group By\" text, PRIMARY KEY (\"order\", \"Group By\")",
                    "\"order\", \"Group By\"",
                    "g, 'x' || g",
                    1500,
                    ""),
            new Shape(
                    "a-long-name",
                    "public.\"" + "Ä \"\"quoted\"\" name".repeat(2) + "x".repeat(31) + "\"",
                    "\"i d\" int PRIMARY KEY",
                    "\"i d\"",
                    "g",
                    1500,
                    ""));

    private static String manyColumns() {
        StringBuilder columns = new StringBuilder("id int PRIMARY KEY");
        for (int i = 1; i <= 200; i++) {
            columns.append(", c").append(i).append(" int DEFAULT ").append(i);
        }
        return columns.toString();
    }

    /** In every build: some, those first that were hard to get right. */
    @Test
    void someKindsOfTablesEndRight(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        List<String> some = List.of(
                "identity-by-index",
                "unique-key",
                "key-of-five-columns",
                "enum-key",
                "reserved-words",
                "update-trigger");
        endRight(
                folder,
                SHAPES.stream().filter(shape -> some.contains(shape.name())).toList());
    }

    @Test
    @Tag("soak")
    void everyKindOfTableEndsRight(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        endRight(folder, SHAPES);
    }

    private static void endRight(Path folder, List<Shape> shapes) throws Exception {
        try (Installation installation = new Installation(folder, Installation.postgres(18))) {
            Shop shop = installation.shop();
            create(shop, shapes);
            List.of("coordinator-1", "cdc-bridge", "worker-1").forEach(installation::start);
            AtomicBoolean open = new AtomicBoolean(true);
            ExecutorService writer = Executors.newSingleThreadExecutor();
            Future<?> traffic = writer.submit(() -> write(shop, shapes, open));

            installation.submit(shapes.get(0).specification());
            for (Shape shape : shapes.subList(1, shapes.size())) {
                assertThat(post(installation.coordinatorUrl(), shape.specification()))
                        .as(shape.name())
                        .startsWith("20");
            }
            await("every migration is verified")
                    .atMost(A_LONG_WHILE)
                    .until(() -> shop.textOrNothing("SELECT count(*) FROM infill.migration WHERE stage = 'sync'")
                            .equals(Integer.toString(shapes.size())));
            open.set(false);
            traffic.get(30, TimeUnit.SECONDS);
            writer.shutdown();
            await("every migration completes")
                    .atMost(A_LONG_WHILE)
                    .until(() -> shop.textOrNothing("SELECT count(*) FROM infill.report WHERE outcome = 'complete'")
                            .equals(Integer.toString(shapes.size())));

            Map<String, Long> wrong = new TreeMap<>();
            for (Shape shape : shapes) {
                wrong.put(shape.name(), shop.number(shape.wrongRows()));
            }
            assertThat(wrong)
                    .as("rows that differ, by kind of table")
                    .allSatisfy((name, rows) -> assertThat(rows).isZero());
        }
    }

    /** As {@code infill submit} does it, without a process for each; the status and what was answered. */
    private static String post(String coordinator, String specification) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(coordinator + "/v1/migrations"))
                .POST(BodyPublishers.ofString(specification))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private static void create(Shop shop, List<Shape> shapes) throws SQLException {
        for (String sql : BEFORE) {
            shop.execute(sql);
        }
        for (Shape shape : shapes) {
            shop.execute(shape.create());
            shop.execute(shape.fill(1, shape.rows()));
            if (!shape.after().isEmpty()) {
                shop.execute(shape.after());
            }
            shop.execute("ANALYZE " + shape.table());
        }
    }

    /** Some rows of each table change, one goes and one comes, round and round. */
    private static Void write(Shop shop, List<Shape> shapes, AtomicBoolean open) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            for (int round = 1; open.get(); round++) {
                for (Shape shape : shapes) {
                    String some = " WHERE ctid = ANY (ARRAY(SELECT ctid FROM " + shape.table()
                            + " TABLESAMPLE SYSTEM (50) LIMIT %d))";
                    statement.execute(
                            "UPDATE " + shape.table() + " SET total = coalesce(total, 0) + 1" + some.formatted(3));
                    statement.execute("DELETE FROM " + shape.table() + some.formatted(1));
                    statement.execute(shape.fill(10_000 + round, 10_000 + round));
                }
                statement.execute("SELECT pg_sleep(0.05)");
            }
        }
        return null;
    }
}
