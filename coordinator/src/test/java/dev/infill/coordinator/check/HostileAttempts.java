package dev.infill.coordinator.check;

import dev.infill.protocol.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a specification may try to do beyond adding a column. */
final class HostileAttempts {
    private HostileAttempts() {}

    /**
     * An attempt.
     *
     * @param refused whether the check must refuse it; otherwise it must be harmless as it stands
     */
    record Attempt(String field, String text, boolean refused) {
        /** The specification that makes it; JSON is YAML. */
        String yaml() {
            Map<String, Object> fill = new LinkedHashMap<>(Map.of("expression", "round(total * 100)::bigint"));
            Map<String, Object> column = new LinkedHashMap<>(Map.of("name", "total_cents", "type", "bigint"));
            Map<String, Object> all =
                    new LinkedHashMap<>(Map.of("migration", "hostile", "database", "shop", "table", "orders"));
            all.put("column", column);
            all.put("fill", fill);
            switch (field) {
                case "expression" -> fill.put("expression", text);
                case "once" -> fill.putAll(Map.of("expression", text, "keep", "once"));
                case "type" -> column.put("type", text);
                case "column" -> column.put("name", text);
                case "index" -> all.put("indexes", List.of(Map.of("name", text, "columns", List.of("total_cents"))));
                case "index key" ->
                    all.put("indexes", List.of(Map.of("name", "i", "columns", List.of("(" + text + ")"))));
                case "where" ->
                    all.put(
                            "indexes",
                            List.of(Map.of("name", "i", "columns", List.of("id"), "unique", true, "where", text)));
                case "default" -> column.put("default", text);
                case "check" ->
                    all.put("constraints", Map.of("checks", List.of(Map.of("name", "c", "expression", text))));
                case "references" -> all.put("constraints", Map.of("foreignKey", Map.of("references", text)));
                case "also expression" -> all.put("also", List.of(another("extra", "bigint", text)));
                case "also type" -> all.put("also", List.of(another("extra", text, "total")));
                case "also column" -> all.put("also", List.of(another(text, "bigint", "total")));
                default -> all.put(field, text);
            }
            return Json.write(all);
        }

        private static Map<String, String> another(String name, String type, String expression) {
            return Map.of("name", name, "type", type, "expression", expression);
        }

        /** The same in the second of two columns, where there is such a field. */
        Stream<Attempt> again() {
            boolean isOfColumns = List.of("expression", "type", "column").contains(field);
            return refused && isOfColumns ? Stream.of(new Attempt("also " + field, text, true)) : Stream.empty();
        }

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

    static Stream<Attempt> all() {
        return Stream.of(
                        statements(),
                        quotes(),
                        readers(),
                        effects(),
                        once(),
                        types(),
                        names(),
                        objects(),
                        indexes(),
                        defaults())
                .flatMap(attempts -> attempts)
                .flatMap(attempt -> Stream.concat(Stream.of(attempt), attempt.again()));
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
                "(SELECT id FROM public.canary FOR UPDATE)",
                "(TABLE canary)",
                "(VALUES ((SELECT id FROM public.canary)))",
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
                        harmless(
                                "column",
                                "\"x\"\"; DROP TABLE canary; --\"",
                                "\"line\nbreak\"",
                                "\"select\"",
                                "\"x?y$1{z}\""))
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

    private static Stream<Attempt> indexes() {
        return Stream.of(
                        refused(
                                "index key",
                                "1; DROP TABLE canary",
                                "id)); COMMIT; DROP TABLE public.canary; --",
                                "id -- \r)); DROP TABLE public.canary; --",
                                "id), (total",
                                "id) IS NULL) NOT VALID, ADD COLUMN evil int, ADD CHECK ((id",
                                "public.evil(total)",
                                "public.asks(total)",
                                "(SELECT 1)",
                                "random()",
                                "nextval('public.numbers')",
                                "count(*)",
                                "canary.id"),
                        harmless("index key", "public.liar(1)", "public.liar(total)", "id -- ; DROP TABLE canary"),
                        refused(
                                "where",
                                "true; DROP TABLE canary",
                                "true); COMMIT; DROP TABLE public.canary; --",
                                "true) TABLESPACE (pg_default",
                                "public.evil(total) > 0",
                                "(SELECT true)",
                                "id IN (SELECT id FROM public.canary)",
                                "total"),
                        harmless("where", "public.liar(1) > 0", "id > 0 -- ; DROP TABLE canary"))
                .flatMap(attempts -> attempts);
    }

    private static Stream<Attempt> defaults() {
        return Stream.concat(
                refused(
                        "default",
                        "1; DROP TABLE canary",
                        "1), ADD COLUMN evil int, ALTER COLUMN note SET DEFAULT ('owned'",
                        "1 -- \r); DROP TABLE public.canary; --",
                        "public.evil(1)",
                        "nextval('public.numbers')",
                        "setval('public.numbers', 1000)",
                        "random()",
                        "extract(epoch FROM clock_timestamp())",
                        "length(pg_read_file('/etc/passwd'))",
                        "length(set_config('infill.owned', 'yes', false))",
                        "(SELECT 1)",
                        "total",
                        "'abc'",
                        "note"),
                harmless("default", "0", "public.liar(1)", "public.asks(1)", "0 -- ; DROP TABLE canary"));
    }
}
