package dev.infill.coordinator.check;

import dev.infill.coordinator.check.RolledBack.Refusal;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What the server made of an expression when it parsed it: the tree is kept in the catalog, in a constraint, or, as those have
 * no subqueries, in a view. Both are never computed.
 */
final class ExpressionTree {
    private static final String OF_CONSTRAINT = """
            SELECT c.conbin::text AS tree FROM pg_catalog.pg_constraint c
             WHERE c.conrelid = to_regclass(?) AND c.conname = 'infill_probe'""";

    private static final String OF_VIEW = """
            SELECT r.ev_action::text AS tree FROM pg_catalog.pg_rewrite r
             WHERE r.ev_class = to_regclass(?) AND r.rulename = '_RETURN'""";

    /**
     * The functions that an expression calls are in the text of its tree, builtin ones too (they are in no other catalog). The clock
     * and the user are called stable, and yet change from one transaction to the next.
     */
    private static final String FICKLE = """
            WITH probe AS (%s),
                 called AS (SELECT DISTINCT (regexp_matches(tree, ':(?:op)?funcid (\\d+)', 'g'))[1]::oid AS oid FROM probe)
            SELECT CASE WHEN p.provolatile = 'v' AND p.pronamespace <> 'pg_catalog'::regnamespace THEN 'o'
                        WHEN p.provolatile = 'v' AND p.proname NOT IN
                             ('random', 'random_normal', 'gen_random_uuid', 'uuidv4', 'uuidv7', 'clock_timestamp', 'nextval')
                        THEN 'x'
                        WHEN p.provolatile = 'v' OR (p.pronamespace = 'pg_catalog'::regnamespace
                             AND p.proname IN ('now', 'transaction_timestamp', 'statement_timestamp', 'current_setting',
                                               'pg_current_xact_id', 'txid_current')) THEN 'v' ELSE 's' END AS kind,
                   p.oid::regproc::text AS name
              FROM pg_catalog.pg_proc p JOIN called USING (oid)
             WHERE p.provolatile <> 'i'
             UNION ALL SELECT 'v', 'the current date, time or user' FROM probe WHERE tree LIKE '%%{SQLVALUEFUNCTION%%'
             UNION ALL SELECT 's', 'a conversion by way of text' FROM probe WHERE tree LIKE '%%{COERCEVIAIO%%'
             UNION ALL SELECT 'w', 'the whole row' FROM probe WHERE tree ~ '{VAR :varno \\d+ :varattno 0 '
             UNION ALL SELECT 'l', 'rows and locks them' FROM probe WHERE tree LIKE '%%{ROWMARKCLAUSE%%'
             UNION ALL SELECT 'f', p.oid::regproc::text FROM pg_catalog.pg_proc p JOIN called USING (oid)
                        WHERE p.provolatile = 'i' AND p.pronamespace <> 'pg_catalog'::regnamespace
             ORDER BY 1, 2
            """;

    private static final String CONSTRAINT_INPUTS = """
            SELECT a.attname FROM pg_catalog.pg_constraint c
              JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
             WHERE c.conrelid = to_regclass(?) AND c.conname = 'infill_probe' AND a.attnum > 0
             ORDER BY a.attnum
            """;

    private static final String VIEW_INPUTS = """
            SELECT DISTINCT a.attname, a.attnum FROM pg_catalog.pg_rewrite r
              JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
               AND d.refclassid = 'pg_catalog.pg_class'::regclass
              JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
             WHERE r.ev_class = to_regclass(?) AND d.refobjid = to_regclass(?) AND a.attnum > 0
             ORDER BY a.attnum
            """;

    private static final String FUNCTIONS = """
            SELECT DISTINCT %s::text FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname <> 'pg_catalog'
               AND p.oid IN (SELECT (regexp_matches(tree, ':(?:op)?funcid (\\d+)', 'g'))[1]::oid FROM (%s) probe)
             ORDER BY 1
            """;

    /** From the tree, because the catalog keeps no dependency on its own tables. The row's own is there once, for the row. */
    private static final String TABLES = """
            SELECT n.nspname, c.relname
              FROM (SELECT found[1]::oid AS oid, count(*) AS times
                      FROM (%s) probe, regexp_matches(tree, ':rtekind 0 :relid (\\d+)', 'g') AS found GROUP BY 1) r
              JOIN pg_catalog.pg_class c USING (oid) JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE r.oid IS DISTINCT FROM to_regclass(?) AND (r.oid <> to_regclass(?) OR r.times > 1)
             ORDER BY 1, 2
            """;

    private static final String VIEW = "pg_temp.infill_probe_view";

    private final Connection connection;
    private final String probe;
    private final boolean isView;

    private ExpressionTree(Connection connection, String probe, boolean isView) {
        this.connection = connection;
        this.probe = probe;
        this.isView = isView;
    }

    /**
     * Something that an expression reads beside single columns of its row.
     *
     * @param kind v: differs each time, x: also does something, o: somebody's own function that may do anything, s: depends on
     *     settings or other tables, w: the whole row, l: locks rows, f: somebody's own function that is said to be immutable
     */
    record Reading(String kind, String name) {}

    /**
     * How the server is told the expression.
     *
     * @param before what stands before it
     */
    record Statement(String before, String after) {
        /** Not valid: looking at the rows, though there are none, would compute what is constant in it. */
        static Statement of(String probe, boolean hasSubquery) {
            return hasSubquery
                    ? new Statement(
                            "CREATE TEMP VIEW infill_probe_view AS SELECT (", "\n) AS infill_value FROM " + probe)
                    : new Statement(
                            "ALTER TABLE " + probe + " ADD CONSTRAINT infill_probe CHECK ((", "\n) IS NULL) NOT VALID");
        }
    }

    /** Lets the server parse an expression over a table; a refusal where it does not understand. */
    static Optional<Refusal> parse(Connection connection, String probe, String expression, boolean hasSubquery)
            throws SQLException {
        Statement statement = Statement.of(probe, hasSubquery);
        return RolledBack.refusal(connection, statement.before() + expression + statement.after());
    }

    /** The tree of what was parsed last. */
    static ExpressionTree of(Connection connection, String probe, boolean hasSubquery) {
        return new ExpressionTree(connection, probe, hasSubquery);
    }

    List<Reading> readings() throws SQLException {
        return Query.of(connection, FICKLE.formatted(tree()), holder())
                .all(row -> new Reading(row.getString(1), row.getString(2)));
    }

    /** The columns of the row that it reads. */
    List<String> inputs() throws SQLException {
        return isView
                ? Query.of(connection, VIEW_INPUTS, VIEW, probe).texts()
                : Query.of(connection, CONSTRAINT_INPUTS, probe).texts();
    }

    /** The functions that it calls and that PostgreSQL does not bring, as they stand in GRANT. */
    List<String> functions() throws SQLException {
        return Query.of(connection, FUNCTIONS.formatted("p.oid::regprocedure", tree()), holder())
                .texts();
    }

    /** The schemas of those functions. */
    List<String> schemas() throws SQLException {
        return Query.of(connection, FUNCTIONS.formatted("n.nspname", tree()), holder())
                .texts();
    }

    /** The relations that it reads beside the row; the row's own where it reads other rows of it too. */
    List<TableName> tables() throws SQLException {
        return Query.of(connection, TABLES.formatted(tree()), holder(), VIEW, probe)
                .all(row -> new TableName(row.getString(1), row.getString(2)));
    }

    /** Takes away what it was parsed into. */
    void drop() throws SQLException {
        RolledBack.execute(
                connection, isView ? "DROP VIEW " + VIEW : "ALTER TABLE " + probe + " DROP CONSTRAINT infill_probe");
    }

    private String tree() {
        return isView ? OF_VIEW : OF_CONSTRAINT;
    }

    private String holder() {
        return isView ? VIEW : probe;
    }
}
