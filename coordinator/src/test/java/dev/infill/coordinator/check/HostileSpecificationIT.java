package dev.infill.coordinator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.check.HostileAttempts.Attempt;
import dev.infill.coordinator.check.Preflight.Outcome;
import dev.infill.postgres.Failure;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.Finding.Severity;
import dev.infill.specification.Specification;
import dev.infill.specification.SpecificationException;
import dev.infill.specification.SpecificationReader;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
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

    @ParameterizedTest
    @MethodSource("dev.infill.coordinator.check.HostileAttempts#all")
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
            specification = SpecificationReader.read(attempt.yaml());
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
        String untouched =
                "SELECT string_agg(concat_ws('|', id, total, note), ',' ORDER BY id) || (SELECT alive FROM public.canary)"
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

    @Test
    void twoLinesOfDefenceBehindTheFirst() throws SQLException {
        String before = state();

        RolledBack.run(connection, trying -> {
            for (String sql : List.of(
                    "SELECT 1; DROP TABLE public.canary",
                    "SELECT E'a''\\'; DROP TABLE public.canary --'",
                    "SELECT E'a''\\' || '; DROP TABLE public.canary --'")) {
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
        database.execute(
                "ALTER DATABASE " + Identifier.quote(database.name()) + " SET standard_conforming_strings = off");
        try (Connection other = Checked.open(database.url())) {
            assertThat(Query.of(other, "SELECT length('\\')").texts()).containsExactly("1");
        } catch (SQLException e) {
            throw new AssertionError(Failure.of(e).words(), e);
        } finally {
            database.execute(
                    "ALTER DATABASE " + Identifier.quote(database.name()) + " RESET standard_conforming_strings");
        }
    }
}
