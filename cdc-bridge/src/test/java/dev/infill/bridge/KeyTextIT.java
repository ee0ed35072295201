package dev.infill.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Directive;
import dev.infill.protocol.Part;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.TestDatabase;
import dev.infill.testkit.TestKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every type that a primary key may have reaches Kafka as the very text that other sessions of ours print. */
class KeyTextIT {
    private static final List<Sample> SAMPLES = List.of(
            new Sample("bigint", "-9223372036854775808", "9223372036854775807"),
            new Sample("int", "-1", "2147483647"),
            new Sample("smallint", "-32768", "7"),
            new Sample("oid", "4294967295"),
            new Sample("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
            new Sample("text", "", "it's \"quoted\" \\ and ünï|code", "null", " "),
            new Sample("varchar(10)", "abc"),
            new Sample("char(5)", "ab"),
            new Sample("numeric", "NaN", "-0.00100", "123456789012345678901234567890.123456789", "1e20"),
            new Sample("numeric(12,4)", "1.5000"),
            new Sample("real", "1.1", "-Infinity", "NaN"),
            new Sample("float8", "0.1", "1e300", "3.141592653589793"),
            new Sample("boolean", "t", "f"),
            new Sample("date", "2024-02-29", "infinity", "-infinity", "0044-03-15 BC", "5000000-01-01"),
            new Sample(
                    "timestamp",
                    "2024-02-29 23:59:59.123456",
                    "infinity",
                    "0044-03-15 12:00:00 BC",
                    "1969-12-31 23:59:59"),
            new Sample(
                    "timestamptz", "2024-07-01 00:00:00.000001+02", "infinity", "-infinity", "1850-01-01 00:00:00+00"),
            new Sample("timestamptz(3)", "2024-07-01 00:00:00.123+02"),
            new Sample("time", "23:59:59.999999", "24:00:00", "00:00:00"),
            new Sample("timetz", "12:00:00+05:30"),
            new Sample("interval", "1 year 2 mons -3 days 04:05:06.789", "-00:00:01"),
            new Sample("bytea", "\\x", "\\xdeadbeef00"),
            new Sample("mood", "very happy", "sad"),
            new Sample("positive", "42"),
            new Sample("short_text", "sad"),
            new Sample("inet", "192.168.0.1/24", "::1"),
            new Sample("macaddr", "08:00:2b:01:02:03"),
            new Sample("money", "12.34"),
            new Sample("bit(3)", "101"),
            new Sample("bit varying", "10"),
            new Sample("int4range", "[1,5)"),
            new Sample("text[]", "{a,\"b c\",NULL}"),
            new Sample("int[]", "{1,2,3}"),
            new Sample("jsonb", "{\"a\": 1}"),
            new Sample("pair_type", "(1,x)"),
            new Sample("name", "n"),
            new Sample("pg_lsn", "16/B374D848"));

    private record Sample(String type, List<String> texts) {
        Sample(String type, String... texts) {
            this(type, List.of(texts));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {18, 14})
    void everyKeyTypeComesAsTheServersText(int version) throws Exception {
        // The driver tells the server the JVM's zone; keys must not follow it.
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
        TestKafka kafka = Clusters.kafka().freshPrefix();
        try (TestDatabase database = Clusters.postgres(version).freshDatabase();
                Line line = new Line(
                        database.url(), kafka.bootstrapServers(), kafka.prefix().replaceFirst("\\.$", ""))) {
            line.createTopics();
            List<String> tables = createTables(line);
            line.createCapture(String.join(", ", tables));
            line.order(Directive.Order.RUN);
            Part bridge = line.startBridge("b1");
            try {
                insert(line, tables);
                line.everythingUpToNow();
            } finally {
                bridge.close();
            }
            for (int i = 0; i < tables.size(); i++) {
                assertThat(line.keys(tables.get(i)))
                        .as("keys of type %s", SAMPLES.get(i).type())
                        .containsExactlyInAnyOrderElementsOf(storedKeys(line, tables.get(i)));
                assertReadBack(line, tables.get(i), SAMPLES.get(i).type());
            }
        } finally {
            TimeZone.setDefault(before);
        }
    }

    private static List<String> createTables(Line line) throws Exception {
        line.execute(
                "CREATE TYPE mood AS ENUM ('sad', 'very happy')",
                "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
                "CREATE DOMAIN short_text AS varchar(5)",
                "CREATE TYPE pair_type AS (a int, b text)");
        List<String> tables = new ArrayList<>();
        for (int i = 0; i < SAMPLES.size(); i++) {
            tables.add("k" + i);
            line.execute("CREATE TABLE k" + i + " (k " + SAMPLES.get(i).type()
                    + " PRIMARY KEY, at timestamptz DEFAULT now(), n serial, \"Odd Name\" text DEFAULT 'x''y')");
        }
        return tables;
    }

    private static void insert(Line line, List<String> tables) throws Exception {
        for (int i = 0; i < tables.size(); i++) {
            for (String text : SAMPLES.get(i).texts()) {
                line.execute("INSERT INTO " + tables.get(i) + " (k) VALUES ('" + text.replace("'", "''") + "')");
            }
        }
    }

    private static List<List<String>> storedKeys(Line line, String table) throws Exception {
        List<List<String>> keys = new ArrayList<>();
        long rows = Long.parseLong(line.value("SELECT count(*) FROM " + table));
        for (long row = 0; row < rows; row++) {
            keys.add(List.of(line.valueAsOurSessionsPrintIt("SELECT k FROM " + table + " ORDER BY n OFFSET " + row)));
        }
        return keys;
    }

    private static void assertReadBack(Line line, String table, String type) throws Exception {
        for (List<String> key : line.keys(table)) {
            String text = key.get(0).replace("'", "''");
            assertThat(line.value("SELECT count(*) FROM " + table + " WHERE k = '" + text + "'::" + type))
                    .as("rows of type %s with key %s", type, text)
                    .isEqualTo("1");
        }
    }
}
