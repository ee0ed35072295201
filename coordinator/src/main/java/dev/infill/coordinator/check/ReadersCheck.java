package dev.infill.coordinator.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Who else reads the table or its changes, and is surprised by a column that was not there. */
final class ReadersCheck {
    private static final int SHOWN = 60;

    /** Its settings are there only where its library was loaded with the server; without that it can't be read. */
    private static final String STATEMENTS = """
            SELECT quote_ident(n.nspname) || '.pg_stat_statements' FROM pg_catalog.pg_extension e
              JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
             WHERE e.extname = 'pg_stat_statements'
               AND EXISTS (SELECT FROM pg_catalog.pg_settings WHERE name = 'pg_stat_statements.max')
            """;

    /** The names in the text are looked for as words, because a statement does not tell which tables it reads. */
    private static final String STARS = """
            SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), %d) FROM %s
             WHERE dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
               AND query ~* '(select|returning)\\s+(\\w+\\.)?\\*' AND query ~* ('\\y' || ? || '\\y')
             ORDER BY calls DESC LIMIT 5
            """;

    private static final String PUBLICATIONS = """
            SELECT DISTINCT p.pubname FROM pg_catalog.pg_publication_tables p
             WHERE p.schemaname = ? AND p.tablename = ? AND p.pubname <> 'infill' ORDER BY 1
            """;

    private static final String OTHER_SLOTS = """
            SELECT slot_name || ' (' || plugin || ')' FROM pg_catalog.pg_replication_slots
             WHERE slot_type = 'logical' AND database = current_database()
               AND slot_name <> 'infill_' || (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
             ORDER BY 1
            """;

    private final Table table;
    private final Findings findings;

    ReadersCheck(Table table, Findings findings) {
        this.table = table;
        this.findings = findings;
    }

    void look(Connection connection) throws SQLException {
        lookAtStars(connection);
        lookAtSubscribers(connection);
    }

    private void lookAtStars(Connection connection) throws SQLException {
        Optional<String> statements = Query.of(connection, STATEMENTS).first(row -> row.getString(1));
        if (statements.isEmpty()) {
            findings.info(
                    "select-star-unknown",
                    "nobody can see from here whether clients say SELECT * FROM " + table.name(),
                    "prepared statements with SELECT * or RETURNING * fail once in each session after the column is added:"
                            + " cached plan must not change result type",
                    "let clients name their columns; with the extension pg_stat_statements Infill looks for such statements");
            return;
        }
        String pattern = table.name().name().replaceAll("([^\\p{L}\\p{N}_])", "\\\\$1");
        List<String> stars = Query.of(connection, STARS.formatted(SHOWN, statements.get()), pattern)
                .texts();
        if (!stars.isEmpty()) {
            findings.warn(
                    "select-star",
                    "clients read all columns of " + table.name() + ": " + String.join(" | ", stars),
                    "where such a statement is prepared it fails once in each session after the column is added: cached plan"
                            + " must not change result type; and clients that count columns break",
                    "let clients name their columns, or deploy them so that a failed statement is prepared again");
        }
    }

    private void lookAtSubscribers(Connection connection) throws SQLException {
        List<String> slots = Query.of(connection, OTHER_SLOTS).texts();
        List<String> publications = Query.of(
                        connection,
                        PUBLICATIONS,
                        table.name().schema(),
                        table.name().name())
                .texts();
        if (!slots.isEmpty()) {
            findings.warn(
                    "other-subscribers",
                    "changes of this database are streamed to others too: " + String.join(", ", slots)
                            + (publications.isEmpty()
                                    ? ""
                                    : ", and " + table.name() + " is in publications "
                                            + String.join(", ", publications)),
                    "each row that is filled is an UPDATE to them, and they get the new column",
                    "warn those who consume them; one that streams with origin = none (PostgreSQL 16) leaves the fill out");
        }
    }
}
