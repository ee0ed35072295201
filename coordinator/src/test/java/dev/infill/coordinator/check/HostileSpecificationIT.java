package dev.infill.coordinator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.check.Preflight.Outcome;
import dev.infill.postgres.Failure;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.Finding.Severity;
import dev.infill.specification.Specification;
import dev.infill.specification.SpecificationException;
import dev.infill.specification.SpecificationReader;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Specifications that want more than a column: each is refused or does no harm, and nothing in the database changes. */
@ExtendWith(ClusterExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileSpecificationIT {
    /** Everything that an attempt could have changed, in this session, in this database, on this server. */
    private static final String STATE = """
            SELECT concat_ws(' ; ',
                (SELECT string_agg(t::text, '|' ORDER BY t.id) FROM public.orders t),
                (SELECT string_agg(t::text, '|') FROM public.canary t),
                (SELECT concat(s.last_value, s.is_called) FROM public.numbers s),
                (SELECT string_agg(concat(c.oid, c.relname, c.relnatts, c.relchecks, c.relhasindex), '|' ORDER BY c.oid)
                   FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace),
                (SELECT string_agg(nspname, '|' ORDER BY oid) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'),
                (SELECT count(*) FROM pg_class WHERE relpersistence = 't'),
                (SELECT string_agg(concat(oid, proname), '|' ORDER BY oid)
                   FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
                (SELECT string_agg(concat(rolname, rolsuper), '|' ORDER BY oid) FROM pg_roles),
                (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_replication_slots),
                (SELECT count(*) FROM pg_publication), (SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'infill%'),
                (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
                current_setting('search_path'), current_setting('TimeZone'), current_user,
                current_setting('infill.owned', true))
            """;

    private TestDatabase database;
    private Connection connection;

    @BeforeAll
    void prepare(TestDatabase given) throws SQLException {
        database = given;
        database.execute(
                Checked.ORDERS,
                "INSERT INTO orders SELECT n, n, '7' FROM generate_series(1, 20) n",
                "CREATE TABLE canary (id int PRIMARY KEY, alive text)",
                "INSERT INTO canary VALUES (1, 'sings')",
                "CREATE SEQUENCE numbers",
                "CREATE FUNCTION dblink_exec(text, text) RETURNS text LANGUAGE plpgsql AS"
                        + " 'BEGIN DELETE FROM public.canary; RETURN ''gone''; END'",
                "CREATE FUNCTION evil(numeric) RETURNS bigint LANGUAGE plpgsql AS"
                        + " 'BEGIN DELETE FROM public.canary; PERFORM nextval(''public.numbers''); RETURN 1; END'",
                "CREATE FUNCTION liar(numeric) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS"
                        + " 'BEGIN PERFORM nextval(''public.numbers''); DELETE FROM public.canary; RETURN 1; END'",
                "CREATE FUNCTION asks(numeric) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM public.canary'",
                "CREATE DOMAIN nasty AS numeric CHECK (evil(value) > 0)",
                "CREATE FUNCTION evil(numeric, numeric) RETURNS bigint LANGUAGE sql AS 'SELECT public.evil($1)'",
                "CREATE OPERATOR @#@ (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = evil)");
        connection = Checked.open(database.url());
    }

    /**
     * An attempt.
     *
     * @param refused whether the check must refuse it; otherwise it must be harmless as it stands
     */
    private record Attempt(String field, String text, boolean refused) {
        @Override
        public String toString() {
            return (refused ? "refused" : "harmless") + " " + field + ": " + text.replaceAll("\\p{Cntrl}", "␣");
        }
    }

    private static Stream<Attempt> refused(String field, String... texts) {
        return Stream.of(texts).map(text -> new Attempt(field, text, true));
    }

    private static Stream<Attempt> harmless(String field, String... texts) {
        return Stream.of(texts).map(text -> new Attempt(field, text, false));
    }

    static Stream<Attempt> attempts() {
        return Stream.of(statements(), quotes(), readers(), effects(), once(), types(), names(), objects())
                .flatMap(attempts -> attempts);
    }

    /** Second statements, and comments that swallow what follows. */
    private static Stream<Attempt> statements() {
        return Stream.concat(
                refused(
                        "expression",
                        "1; DROP TABLE canary",
                        "1) IS NULL); COMMIT; DROP TABLE canary; SELECT ((1",
                        "1 --\r) IS NULL); COMMIT; DROP TABLE public.canary; SELECT ((1",
                        "1 -- \r, 2",
                        "1), note = ('owned'",
                        "1) WHERE (true",
                        "1) FROM canary WHERE (true",
                        "1 /*",
                        "1 /* /* */",
                        "1 */",
                        "(1",
                        "1)",
                        "1) IS NULL) NOT VALID, ADD COLUMN evil int, ADD CHECK ((1",
                        "DEFAULT",
                        "$1",
                        "1, 2",
                        "COPY canary TO PROGRAM 'touch /tmp/owned'",
                        "DROP TABLE canary",
                        ""),
                harmless(
                        "expression",
                        "1 -- ; DROP TABLE canary",
                        "1 /* ; DROP /* TABLE */ canary; */",
                        "id -- )",
                        "id --"));
    }

    /** Quotes that PostgreSQL, its driver and a careless reader end at different places. */
    private static Stream<Attempt> quotes() {
        return Stream.concat(
                refused(
                        "expression",
                        "length('open",
                        "length('\\'' || '; DROP TABLE canary; --')",
                        "length(\"open)",
                        "length($x$ open $y$)",
                        "length(E'it\\')",
                        "length(E'a''b\\' || '; DROP TABLE canary; --')",
                        "length(E'a'\n'b\\' || '; DROP TABLE canary; --')",
                        "length(E'a' -- x\n 'b\\' || '; DROP TABLE canary; --')",
                        "length(E'a''\\'')) IS NULL); COMMIT; DROP TABLE public.canary; --')",
                        "length(xmlelement(name €$$)::text)) IS NULL); COMMIT; DROP TABLE public.canary; SELECT ((1 --$$)::text)",
                        "length(xmlelement(name é$a$)::text)) IS NULL) NOT VALID; DROP TABLE public.canary; --$a$)::text)",
                        "note ? 'x'",
                        "\"id; DROP TABLE canary\"",
                        "U&\"\\0069d\\003b\""),
                harmless(
                        "expression",
                        "length('\\' || '; DROP TABLE canary; --')",
                        "length('it''s; DROP TABLE canary')",
                        "length(E'it\\'s; DROP TABLE canary')",
                        "length($$'; DROP TABLE canary; --$$)",
                        "length($x$ $$ ; DROP TABLE canary $$ $x$)",
                        "length(U&'\\0027; DROP TABLE canary; --')",
                        "('{\"a\": 1}'::jsonb ? 'a')::int",
                        "U&\"\\0069d\"",
                        "length('{fn now()} {call evil}')"));
    }

    /** What reads more than its row. */
    private static Stream<Attempt> readers() {
        return refused(
                "expression",
                "(SELECT count(*) FROM canary)",
                "(SELECT 1)",
                "(TABLE canary)",
                "(VALUES (1))",
                "(array(SELECT id FROM public.canary))[1]",
                "exists(SELECT FROM public.canary)::int",
                "(DELETE FROM public.canary RETURNING 1)",
                "(WITH gone AS (DELETE FROM public.canary RETURNING 1) SELECT 1 FROM gone)",
                "count(*)",
                "sum(total)",
                "row_number() OVER ()",
                "generate_series(1, 1000000000)",
                "unnest(ARRAY[1, 2])",
                "total_cents",
                "infill_hidden",
                "infill_probe.id",
                "canary.id",
                "length(orders::text)",
                "xmin::text::bigint",
                "NEW.id",
                "infill_seen_");
    }

    /** What does more than compute. */
    private static Stream<Attempt> effects() {
        return Stream.concat(
                refused(
                        "expression",
                        "evil(total)",
                        "public.evil(total)",
                        "public.evil(1)",
                        "public.liar(1)",
                        "public.liar(total)",
                        "total OPERATOR(public.@#@) total",
                        "(total::public.nasty)::bigint",
                        "pg_sleep(600)::text::bigint",
                        "nextval('public.numbers')",
                        "setval('public.numbers', 1000)",
                        "lo_import('/etc/passwd')::bigint",
                        "lo_create(4711)::bigint",
                        "length(pg_read_file('/etc/passwd'))",
                        "length(set_config('infill.owned', 'yes', false))",
                        "length(set_config('search_path', 'public', false))",
                        "length(public.dblink_exec('dbname=x', 'DROP TABLE canary'))",
                        "length(query_to_xml('DELETE FROM public.canary', true, true, '')::text)",
                        "pg_advisory_lock(1)::text::bigint",
                        "pg_terminate_backend(1)::int",
                        "pg_reload_conf()::int",
                        "pg_logical_emit_message(true, 'infill.fill', '')::text::bigint",
                        "length(pg_notify('x', 'y')::text)",
                        "length(current_setting('is_superuser'))",
                        "random() * 100",
                        "extract(epoch FROM clock_timestamp())"),
                harmless("expression", "public.asks(total)"));
    }

    /** Where the expression may answer differently each time, it still may do nothing, and is not computed by the check. */
    private static Stream<Attempt> once() {
        return Stream.concat(
                refused(
                        "once",
                        "pg_sleep(600)::text::bigint",
                        "setval('public.numbers', 1000)",
                        "lo_create(4711)::bigint",
                        "length(set_config('infill.owned', 'yes', false))",
                        "pg_advisory_lock(1)::text::bigint",
                        "length(query_to_xml('DELETE FROM public.canary', true, true, '')::text)",
                        "length(pg_read_file('/etc/passwd'))"),
                // Whoever may submit may run what the workers' role may run; the check runs none of it.
                harmless(
                        "once",
                        "public.evil(total)",
                        "public.evil(1)",
                        "nextval('public.numbers')",
                        "length(public.dblink_exec('dbname=x', 'DROP TABLE canary'))"));
    }

    private static Stream<Attempt> types() {
        return Stream.concat(
                refused(
                        "type",
                        "int; DROP TABLE canary",
                        "int DEFAULT 1",
                        "int DEFAULT public.evil(1)",
                        "int) --",
                        "int); DROP TABLE canary; --",
                        "int NOT NULL",
                        "int PRIMARY KEY",
                        "int REFERENCES canary",
                        "int CHECK (true)",
                        "int GENERATED ALWAYS AS IDENTITY",
                        "int, evil int",
                        "int /*",
                        "int\r; DROP TABLE canary",
                        "SETOF int",
                        "serial",
                        "public.canary.id%TYPE",
                        "void",
                        "record",
                        "anyelement",
                        "trigger",
                        "\"int; DROP TABLE canary\"",
                        "numeric(1; DROP TABLE canary)",
                        "public.nasty",
                        "orders\0"),
                harmless("type", "bigint -- x", "bigint /* ; DROP TABLE canary */", "pg_catalog.int8", "\"int8\""));
    }

    private static Stream<Attempt> names() {
        return Stream.of(
                        refused(
                                "table",
                                "orders; DROP TABLE canary",
                                "orders -- ",
                                "\"orders\"; DROP TABLE canary; --\"",
                                "\"orders; DROP TABLE canary\"",
                                "public.\"or\nders\"",
                                "public.\"or\0ders\"",
                                "a.b.c.d",
                                "\"" + "x".repeat(64) + "\"",
                                "é".repeat(32),
                                "pg_catalog.pg_authid",
                                "infill.migration",
                                "(SELECT 1)",
                                "orders o, canary"),
                        refused(
                                "column",
                                "x int; DROP TABLE canary; --",
                                "\"x\0y\"",
                                "x".repeat(64),
                                "\"\"",
                                "ctid",
                                "id"),
                        harmless("column", "\"x\"\"; DROP TABLE canary; --\"", "\"line\nbreak\"", "\"select\"", "\"x?y$1{z}\""))
                .flatMap(attempts -> attempts);
    }

    private static Stream<Attempt> objects() {
        return Stream.of(
                        refused("index", "i; DROP TABLE canary", "\"i\0\"", "x".repeat(64)),
                        refused(
                                "check",
                                "true); DROP TABLE canary; --",
                                "true) NO INHERIT, ADD COLUMN evil int, ADD CHECK (true",
                                "(SELECT true)",
                                "true -- \r); DROP TABLE canary; --"),
                        refused(
                                "references",
                                "canary(id); DROP TABLE canary",
                                "canary(id) ON DELETE CASCADE",
                                "canary(id, alive)",
                                "canary(\"id\0\")"),
                        harmless("index", "\"i\"\"; DROP TABLE canary; --\""),
                        harmless("check", "public.liar(1) > 0", "true -- ; DROP TABLE canary"))
                .flatMap(attempts -> attempts);
    }

    @ParameterizedTest
    @MethodSource("attempts")
    void isRefusedOrHarmless(Attempt attempt) throws SQLException {
        String before = state();

        String answer = answer(attempt);

        assertThat(state()).isEqualTo(before);
        assertThat(answer.isEmpty()).as(answer).isEqualTo(!attempt.refused());
        assertThat(answer).doesNotContain("\tat ", "Exception");
    }

    /** Why it is refused; empty where it is not, and then what the workers would do with it changes one column alone. */
    private String answer(Attempt attempt) throws SQLException {
        Specification specification;
        try {
            specification = SpecificationReader.read(yaml(attempt));
        } catch (SpecificationException e) {
            return e.getMessage();
        }
        Outcome outcome = Preflight.check(connection, specification, new Environments(List.of()));
        assertThat(connection.getAutoCommit()).isTrue();
        if (outcome.resolved().isPresent() && !attempt.field().equals("once")) {
            fill(outcome.resolved().get());
        }
        return String.join(
                "; ",
                outcome.findings().stream()
                        .filter(finding -> finding.severity() == Severity.BLOCK)
                        .map(Finding::found)
                        .toList());
    }

    private void fill(Migration migration) throws SQLException {
        String untouched = "SELECT string_agg(concat_ws('|', id, total, note), ',' ORDER BY id) || (SELECT alive FROM public.canary)"
                + " FROM public.orders";
        RolledBack.run(connection, filling -> {
            List<String> before = Query.of(filling, untouched).texts();
            String table = migration.table().quoted();
            RolledBack.execute(
                    filling,
                    "ALTER TABLE " + table + " ADD COLUMN " + migration.column().quoted() + " "
                            + migration.column().type());
            RolledBack.execute(
                    filling,
                    "UPDATE " + table + " SET " + migration.column().quoted() + " = ("
                            + migration.fill().expression() + "\n)");
            assertThat(Query.of(filling, untouched).texts()).isEqualTo(before);
            return true;
        });
    }

    private String state() throws SQLException {
        return Query.of(connection, STATE).texts().get(0);
    }

    private static String yaml(Attempt attempt) {
        Map<String, Object> fill = new LinkedHashMap<>(Map.of("expression", "round(total * 100)::bigint"));
        Map<String, Object> column = new LinkedHashMap<>(Map.of("name", "total_cents", "type", "bigint"));
        Map<String, Object> all = new LinkedHashMap<>(Map.of("migration", "hostile", "database", "shop", "table", "orders"));
        all.put("column", column);
        all.put("fill", fill);
        switch (attempt.field()) {
            case "expression" -> fill.put("expression", attempt.text());
            case "once" -> fill.putAll(Map.of("expression", attempt.text(), "keep", "once"));
            case "type", "name" -> column.put(attempt.field(), attempt.text());
            case "column" -> column.put("name", attempt.text());
            case "index" -> all.put("indexes", List.of(Map.of("name", attempt.text(), "columns", List.of("total_cents"))));
            case "check" ->
                all.put(
                        "constraints",
                        Map.of("checks", List.of(Map.of("name", "c", "expression", attempt.text()))));
            case "references" -> all.put("constraints", Map.of("foreignKey", Map.of("references", attempt.text())));
            default -> all.put(attempt.field(), attempt.text());
        }
        return Json.write(all); // JSON is YAML
    }

    @Test
    void twoLinesOfDefenceBehindTheFirst() throws SQLException {
        String before = state();

        RolledBack.run(connection, trying -> {
            for (String sql : List.of(
                    "SELECT 1; DROP TABLE public.canary", "SELECT E'a''\\'; DROP TABLE public.canary --'", "SELECT E'a''\\' || '; DROP TABLE public.canary --'")) {
                assertThat(RolledBack.refusal(trying, sql))
                        .map(RolledBack.Refusal::sqlState)
                        .contains("42601");
            }
            return true;
        });

        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aBackslashNeverEscapesInPlainQuotesWhateverTheDatabaseSays() throws SQLException {
        database.execute("ALTER DATABASE " + Identifier.quote(database.name()) + " SET standard_conforming_strings = off");
        try (Connection other = Checked.open(database.url())) {
            assertThat(Query.of(other, "SELECT length('\\')").texts()).containsExactly("1");
        } catch (SQLException e) {
            throw new AssertionError(Failure.of(e).words(), e);
        } finally {
            database.execute("ALTER DATABASE " + Identifier.quote(database.name()) + " RESET standard_conforming_strings");
        }
    }
}
