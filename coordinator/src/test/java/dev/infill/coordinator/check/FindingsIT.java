package dev.infill.coordinator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.check.Preflight.Outcome;
import dev.infill.protocol.status.Finding.Severity;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every finding that a table can bring about by itself; it lists those of specifications too, which are found elsewhere. */
@ExtendWith(ClusterExtension.class)
class FindingsIT {
    /** A table made of statements parted by semicolons, a specification with one text replaced, and what is found. */
    record Case(Severity severity, String code, String statements, String from, String to) {
        @Override
        public String toString() {
            return code + (to.isEmpty() ? " by " + statements : " by " + to);
        }
    }

    private static Case table(Severity severity, String code, String statements) {
        return new Case(severity, code, statements, "", "");
    }

    static Case specification(Severity severity, String code, String from, String to) {
        return new Case(severity, code, "", from, to);
    }

    static Case fill(Severity severity, String code, String expression) {
        return specification(severity, code, "round(total * 100)::bigint", "|-\n    " + expression);
    }

    private static Case scope(Severity severity, String code, String where) {
        return specification(severity, code, "keep: derived", "keep: derived\n  where: " + where);
    }

    static Stream<Case> cases() {
        return Stream.of(
                        tables(),
                        keys(),
                        partitions(),
                        habits(),
                        surroundings(),
                        columns(),
                        expressions(),
                        conditions(),
                        effects(),
                        objects(),
                        LookupFindings.subqueries(),
                        LookupFindings.lookups(),
                        LookupFindings.transforms(),
                        ObjectFindings.indexes(),
                        ObjectFindings.defaults())
                .flatMap(cases -> cases);
    }

    private static Stream<Case> tables() {
        String orders = "DROP TABLE orders; ";
        return Stream.of(
                specification(Severity.BLOCK, "table-not-found", "table: orders", "table: ordesr"),
                specification(Severity.BLOCK, "system-table", "table: orders", "table: pg_catalog.pg_class"),
                table(Severity.BLOCK, "not-a-table", orders + "CREATE VIEW orders AS SELECT 1 AS total"),
                table(Severity.BLOCK, "not-logged", "ALTER TABLE orders SET UNLOGGED"),
                table(Severity.BLOCK, "inheritance", "CREATE TABLE child () INHERITS (orders)"),
                table(
                        Severity.BLOCK,
                        "inheritance",
                        orders + "CREATE TABLE parent (total numeric);"
                                + " CREATE TABLE orders (id int PRIMARY KEY) INHERITS (parent)"));
    }

    private static Stream<Case> keys() {
        String dropped = "ALTER TABLE orders DROP CONSTRAINT orders_pkey, ALTER id SET NOT NULL; ";
        String unique = dropped + "CREATE UNIQUE INDEX u ON orders (id); ";
        return Stream.of(
                table(Severity.BLOCK, "no-primary-key", dropped),
                table(Severity.BLOCK, "no-primary-key", dropped + "CREATE UNIQUE INDEX u ON orders (total)"),
                table(
                        Severity.BLOCK,
                        "no-primary-key",
                        dropped + "CREATE UNIQUE INDEX u ON orders (id) WHERE total > 0"),
                table(Severity.BLOCK, "no-replica-identity", unique),
                table(Severity.INFO, "unique-key", unique + "ALTER TABLE orders REPLICA IDENTITY USING INDEX u"),
                table(Severity.INFO, "unique-key", unique + "ALTER TABLE orders REPLICA IDENTITY FULL"),
                table(
                        Severity.BLOCK,
                        "primary-key-deferrable",
                        "ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (id) DEFERRABLE"));
    }

    private static Stream<Case> partitions() {
        String parted =
                "DROP TABLE orders; CREATE TABLE orders (id int PRIMARY KEY, total numeric) PARTITION BY RANGE (id);";
        String part = parted + " CREATE TABLE part PARTITION OF orders DEFAULT; ALTER TABLE part ";
        return Stream.of(
                table(Severity.BLOCK, "no-partitions", parted),
                table(
                        Severity.BLOCK,
                        "is-a-partition",
                        "ALTER TABLE orders RENAME TO part; CREATE TABLE parent (LIKE part) PARTITION BY RANGE (id);"
                                + " ALTER TABLE parent ATTACH PARTITION part DEFAULT; ALTER TABLE part RENAME TO orders"),
                table(Severity.BLOCK, "not-logged", parted + " CREATE UNLOGGED TABLE part PARTITION OF orders DEFAULT"),
                table(Severity.BLOCK, "replica-identity-nothing", part + "REPLICA IDENTITY NOTHING"),
                table(Severity.INFO, "replica-identity-index", part + "REPLICA IDENTITY USING INDEX part_pkey"));
    }

    private static Stream<Case> habits() {
        return Stream.of(
                table(Severity.BLOCK, "replica-identity-nothing", "ALTER TABLE orders REPLICA IDENTITY NOTHING"),
                table(Severity.INFO, "replica-identity-full", "ALTER TABLE orders REPLICA IDENTITY FULL"),
                table(
                        Severity.INFO,
                        "replica-identity-index",
                        "ALTER TABLE orders ALTER note SET NOT NULL;"
                                + " CREATE UNIQUE INDEX other ON orders (note);"
                                + " ALTER TABLE orders REPLICA IDENTITY USING INDEX other"),
                table(Severity.BLOCK, "rules", "CREATE RULE r AS ON UPDATE TO orders DO INSTEAD NOTHING"),
                table(
                        Severity.WARN,
                        "update-triggers",
                        "CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW"
                                + " EXECUTE FUNCTION suppress_redundant_updates_trigger()"),
                table(
                        Severity.WARN,
                        "trigger-writes-column",
                        "CREATE FUNCTION sets() RETURNS trigger LANGUAGE plpgsql AS"
                                + " 'BEGIN new.total_cents := 1; RETURN new; END';"
                                + " CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION sets()"),
                table(
                        Severity.WARN,
                        "event-triggers",
                        "CREATE FUNCTION looks() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
                                + " CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION looks()"));
    }

    private static Stream<Case> surroundings() {
        return Stream.of(
                table(
                        Severity.WARN,
                        "other-subscribers",
                        "SELECT pg_create_logical_replication_slot('other_' || (SELECT oid FROM pg_database WHERE"
                                + " datname = current_database()), 'pgoutput')"),
                table(Severity.BLOCK, "publication-taken", "CREATE PUBLICATION infill FOR ALL TABLES"),
                table(
                        Severity.BLOCK,
                        "collation-changed",
                        "DROP TABLE orders; CREATE COLLATION c (provider = icu, locale = 'de');"
                                + " CREATE TABLE orders (id text COLLATE c PRIMARY KEY, total numeric);"
                                + " UPDATE pg_collation SET collversion = '0' WHERE collname = 'c'"),
                table(Severity.INFO, "room-needed", ""),
                table(Severity.INFO, "never-analyzed", ""),
                table(Severity.INFO, "select-star-unknown", ""),
                table(Severity.WARN, "wal-keep-unlimited", ""),
                table(Severity.WARN, "many-columns", Columns.adding(1550)),
                table(Severity.BLOCK, "too-many-columns", Columns.adding(1597)));
    }

    private static Stream<Case> columns() {
        return Stream.of(
                specification(Severity.BLOCK, "type-invalid", "bigint}", "biggint}"),
                specification(Severity.BLOCK, "type-invalid", "bigint}", "bigserial}"),
                specification(Severity.BLOCK, "type-invalid", "bigint}", "'bigint); DROP TABLE orders; --'}"),
                new Case(
                        Severity.BLOCK,
                        "type-is-constrained-domain",
                        "CREATE DOMAIN money_cents AS bigint CHECK (value > 0)",
                        "bigint}",
                        "public.money_cents}"),
                table(Severity.BLOCK, "column-exists-with-other-type", "ALTER TABLE orders ADD total_cents integer"),
                table(Severity.WARN, "column-exists", "ALTER TABLE orders ADD total_cents bigint"),
                table(
                        Severity.BLOCK,
                        "column-is-special",
                        "ALTER TABLE orders ADD total_cents bigint GENERATED ALWAYS AS (1) STORED"),
                table(
                        Severity.BLOCK,
                        "column-is-special",
                        "ALTER TABLE orders ADD total_cents bigint GENERATED ALWAYS AS IDENTITY"),
                specification(Severity.BLOCK, "column-is-special", "name: total_cents", "name: id"),
                specification(Severity.BLOCK, "column-is-special", "name: total_cents", "name: xmin"),
                table(
                        Severity.WARN,
                        "default-not-constant",
                        "ALTER TABLE orders ADD total_cents bigint DEFAULT extract(epoch FROM now())::bigint"),
                table(
                        Severity.WARN,
                        "index-on-column",
                        "ALTER TABLE orders ADD total_cents bigint; CREATE INDEX ON orders (note, total_cents)"));
    }

    private static Stream<Case> conditions() {
        return Stream.of(
                scope(Severity.BLOCK, "where-invalid", "totl > 0"),
                scope(Severity.BLOCK, "where-invalid", "total"),
                scope(Severity.BLOCK, "where-invalid", "total > 0) OR (true"),
                scope(Severity.BLOCK, "where-invalid", "total_cents IS NULL"),
                scope(Severity.BLOCK, "expression-volatile", "random() < 0.5"));
    }

    private static Stream<Case> expressions() {
        return Stream.of(
                fill(Severity.BLOCK, "expression-invalid", "round(totl)"),
                fill(Severity.BLOCK, "expression-invalid", "total +"),
                fill(Severity.BLOCK, "expression-invalid", "sum(total)"),
                fill(Severity.BLOCK, "expression-invalid", "row_number() over ()"),
                fill(Severity.BLOCK, "expression-invalid", "generate_series(1, 2)"),
                fill(Severity.BLOCK, "expression-invalid", "'abc'::bigint"),
                fill(Severity.BLOCK, "expression-invalid", "total_cents + 1"),
                fill(Severity.BLOCK, "expression-invalid", "1), note = ('x'"),
                fill(Severity.BLOCK, "expression-invalid", "(total"),
                fill(Severity.BLOCK, "expression-is-several-statements", "1; DROP TABLE orders"),
                fill(Severity.BLOCK, "expression-volatile", "(random() * total)::bigint"),
                fill(Severity.BLOCK, "expression-volatile", "extract(epoch from now())::bigint"),
                fill(Severity.BLOCK, "expression-volatile", "current_date - date '2020-01-01'"),
                fill(Severity.WARN, "expression-stable", "extract(epoch from note::timestamptz)::bigint"),
                fill(Severity.BLOCK, "expression-type-mismatch", "note"),
                fill(Severity.BLOCK, "expression-reads-whole-row", "length(orders::text)"),
                new Case(
                        Severity.INFO,
                        "expression-trusts-function",
                        "CREATE FUNCTION cents(numeric) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint'",
                        "round(total * 100)::bigint",
                        "public.cents(total)"),
                new Case(
                        Severity.WARN,
                        "sample-fails",
                        "INSERT INTO orders SELECT n, n, CASE WHEN n % 100 = 0 THEN 'x' ELSE '7' END"
                                + " FROM generate_series(1, 500) n",
                        "round(total * 100)::bigint",
                        "note::bigint"),
                new Case(
                        Severity.WARN,
                        "sample-has-nulls",
                        "INSERT INTO orders VALUES (1), (2)",
                        "keep: derived",
                        "keep: derived\nconstraints: {notNull: true}"));
    }

    private static Stream<Case> effects() {
        return Stream.of(
                new Case(
                        Severity.BLOCK,
                        "expression-writes",
                        "INSERT INTO orders VALUES (1, 1); CREATE SEQUENCE s;"
                                + " CREATE FUNCTION lies(numeric) RETURNS bigint IMMUTABLE"
                                + " LANGUAGE plpgsql AS 'BEGIN RETURN nextval(''public.s''); END'",
                        "round(total * 100)::bigint",
                        "public.lies(total)"),
                once(Severity.BLOCK, "expression-has-effects", "", "pg_backend_pid() + length(pg_sleep(0)::text)"),
                once(
                        Severity.WARN,
                        "expression-may-write",
                        "CREATE FUNCTION anything() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
                        "public.anything()"));
    }

    private static Case once(Severity severity, String code, String statements, String expression) {
        return new Case(
                severity,
                code,
                statements,
                "round(total * 100)::bigint\n  keep: derived",
                "|-\n    " + expression + "\n  keep: once");
    }

    private static Stream<Case> objects() {
        String other = "CREATE TABLE customers (id bigint PRIMARY KEY, name text, born date UNIQUE)";
        return Stream.of(
                objects("index-column-not-found", "", "indexes: [{name: i, columns: [total_cent]}]"),
                objects("index-name-taken", "CREATE INDEX i ON orders (id)", "indexes: [{name: i, columns: [note]}]"),
                objects(
                        "constraint-name-taken",
                        "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0)",
                        "constraints: {checks: [{name: c, expression: total_cents > 0}]}"),
                new Case(
                        Severity.BLOCK,
                        "index-invalid",
                        "ALTER TABLE orders ADD doc json",
                        "keep: derived",
                        "keep: derived\nindexes: [{name: i, columns: [doc]}]"),
                new Case(
                        Severity.INFO,
                        "foreign-key-lock",
                        other,
                        "keep: derived",
                        "keep: derived\nconstraints: {foreignKey: {references: customers(id)}}"),
                objects("check-invalid", "", "constraints: {checks: [{name: c, expression: total_cnts > 0}]}"),
                objects("check-invalid", "", "constraints: {checks: [{name: c, expression: 'true) , check (true'}]}"),
                objects("foreign-key-target-not-found", "", "constraints: {foreignKey: {references: customers(id)}}"),
                objects(
                        "foreign-key-target-not-found",
                        other,
                        "constraints: {foreignKey: {references: customers(number)}}"),
                objects("foreign-key-not-unique", other, "constraints: {foreignKey: {references: customers(name)}}"),
                objects(
                        "foreign-key-type-mismatch",
                        other,
                        "constraints: {foreignKey: {references: customers(born)}}"));
    }

    static Case objects(String code, String statements, String lines) {
        return new Case(Severity.BLOCK, code, statements, "keep: derived", "keep: derived\n" + lines);
    }

    static Stream<Case> made() {
        return cases().filter(found -> !found.statements().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("made")
    void findsWhatATableBrings(Case found, TestDatabase database) throws SQLException {
        database.execute(Checked.ORDERS, found.statements());

        isFound(found, database);
    }

    static void isFound(Case found, TestDatabase database) throws SQLException {
        Outcome outcome = Checked.outcome(database.url(), Checked.SPECIFICATION.replace(found.from(), found.to()));

        assertThat(Checked.codes(outcome, found.severity()))
                .as("%s", outcome.findings())
                .contains(found.code());
        assertThat(outcome.resolved().isPresent())
                .as("%s", outcome.findings())
                .isEqualTo(Checked.codes(outcome, Severity.BLOCK).isEmpty());
        if (found.severity() != Severity.BLOCK) {
            assertThat(Checked.codes(outcome, Severity.BLOCK)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void findsNothingToBlock(Case harmless, TestDatabase database) throws SQLException {
        database.execute(Checked.ORDERS, "INSERT INTO orders SELECT n, n, '{}' FROM generate_series(1, 100) n");
        if (!harmless.statements().isEmpty()) {
            database.execute(harmless.statements());
        }

        Outcome outcome =
                Checked.outcome(database.url(), Checked.SPECIFICATION.replace(harmless.from(), harmless.to()));

        assertThat(Checked.codes(outcome, Severity.BLOCK))
                .as("%s", outcome.findings())
                .isEmpty();
        assertThat(Checked.codes(outcome, Severity.WARN)).isEqualTo(List.of("wal-keep-unlimited"));
    }

    static Stream<Case> harmless() {
        Severity none = Severity.INFO;
        return Stream.of(
                fill(none, "question marks", "(note::jsonb ? 'a')::int + (note::jsonb ?| array['b'])::int"),
                fill(none, "braces", "length('{d ''2020''}' || note)"),
                fill(none, "a comment at the end", "id -- the key"),
                fill(none, "an assignment cast", "total"),
                new Case(
                        none,
                        "a fickle function once",
                        "",
                        "round(total * 100)::bigint\n  keep: derived",
                        "(random() * 100)::bigint\n  keep: once"),
                new Case(
                        none,
                        "a trigger for another column",
                        "CREATE TRIGGER t BEFORE UPDATE OF note ON orders FOR EACH ROW"
                                + " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                        "",
                        ""),
                new Case(
                        none,
                        "indexes and constraints",
                        "CREATE TABLE customers (id int PRIMARY KEY)",
                        "keep: derived",
                        "keep: derived\nindexes: [{name: i, columns: [total_cents, id]}]\n"
                                + "constraints: {notNull: true, checks: [{name: c, expression: total_cents > id}],"
                                + " foreignKey: {references: customers(id)}}"));
    }

    /** Wide tables. */
    private static final class Columns {
        static String adding(int count) {
            return "DO $$ BEGIN EXECUTE (SELECT 'ALTER TABLE orders ' || string_agg('ADD c' || n || ' bool', ', ')"
                    + " FROM generate_series(1, " + count + ") n); END $$";
        }
    }
}
