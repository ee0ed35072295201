package dev.infill.coordinator.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** What is going on in the database that would hold the migration up. */
final class ActivityCheck {
    private static final String LONG_TRANSACTIONS = """
            SELECT pid::text AS pid,
                   format('pid %s%s since %s min', pid, CASE WHEN application_name = '' THEN ''
                          ELSE ' (' || application_name || ')' END, (extract(epoch FROM now() - xact_start) / 60)::int)
                       AS words
              FROM pg_catalog.pg_stat_activity
             WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
               AND xact_start < now() - ? * interval '1 second'
             ORDER BY xact_start LIMIT 5
            """;

    private static final String PREPARED = """
            SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = current_database() ORDER BY prepared LIMIT 5
            """;

    private static final String WRAPAROUND = """
            SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.relid = c.oid)
                        THEN 'is running' ELSE 'is due' END
              FROM pg_catalog.pg_class c
             WHERE c.oid = ? AND age(c.relfrozenxid) > current_setting('autovacuum_freeze_max_age')::int
            """;

    private final Duration longTime;
    private final Findings findings;

    /** @param longTime from when on an open transaction is worth a word */
    ActivityCheck(Duration longTime, Findings findings) {
        this.longTime = longTime;
        this.findings = findings;
    }

    private record Transaction(String pid, String words) {}

    void look(Connection connection, Table table) throws SQLException {
        List<Transaction> transactions = Query.of(connection, LONG_TRANSACTIONS, longTime.toSeconds())
                .all(row -> new Transaction(row.getString("pid"), row.getString("words")));
        if (!transactions.isEmpty()) {
            findings.warn(
                    "long-transactions",
                    "transactions are open for long: "
                            + transactions.stream().map(Transaction::words).collect(Collectors.joining(", ")),
                    "capture and every index build wait for them, and while they last no space can be used again",
                    "let them end, or end them",
                    Remedies.each(
                            transactions.stream().map(Transaction::pid).toList(), "SELECT pg_terminate_backend(", ")"));
        }
        List<String> prepared = Query.of(connection, PREPARED).texts();
        if (!prepared.isEmpty()) {
            findings.warn(
                    "prepared-transactions",
                    "transactions are prepared and not ended: " + String.join(", ", prepared),
                    "they hold their locks, and capture and every index build wait for them",
                    "ask whoever prepared them, then commit them or roll them back",
                    Remedies.each(prepared.stream().map(Remedies::literal).toList(), "ROLLBACK PREPARED ", ""));
        }
        for (String state : Query.of(connection, WRAPAROUND, table.oid()).texts()) {
            findings.warn(
                    "wraparound-vacuum",
                    "a vacuum of " + table.name() + " against wraparound " + state,
                    "it does not give way, so that adding the column waits for its end",
                    "let it finish first",
                    Remedies.statement("VACUUM (FREEZE) " + table.quoted()));
        }
    }
}
