package dev.infill.coordinator.check;

import dev.infill.postgres.Partitions;
import dev.infill.protocol.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What fires when the column is filled or the table is changed, and which columns it touches. */
final class TriggerCheck {
    /** Triggers for UPDATE OF other columns do not fire when only the new column is set. */
    private static final String TRIGGERS = """
            SELECT t.tgname, t.tgfoid::regproc::text AS function,
                   CASE WHEN t.tgtype & 1 = 0 THEN 'once a batch' WHEN t.tgtype & 2 = 2 THEN 'before each row'
                        ELSE 'after each row' END AS moment,
                   p.prosrc, t.tgenabled::text AS enabled
              FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
             WHERE (t.tgrelid = ? OR t.tgparentid = 0 AND t.tgrelid IN (""" + Partitions.LEAVES + """
                   )) AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 16 = 16
               AND (t.tgattr::text = ''
                    OR EXISTS (SELECT FROM pg_catalog.pg_attribute a
                                WHERE a.attrelid = t.tgrelid AND a.attname = ? AND a.attnum = ANY (t.tgattr::int2[])))
             ORDER BY 1
            """;

    private static final String DDL_TRIGGERS = """
            SELECT evtname || ' (' || evtfoid::regproc || ', ' || evtevent || ')' FROM pg_catalog.pg_event_trigger
             WHERE evtenabled IN ('O', 'A') AND evtevent <> 'login' ORDER BY 1
            """;

    /** An assignment to a column of the row that is about to be written. */
    private static final Pattern ASSIGNED = Pattern.compile(
            "\\bnew\\s*\\.\\s*(\"(?:[^\"]|\"\")+\"|[a-z_][a-z0-9_$]*)\\s*:?=(?!=)", Pattern.CASE_INSENSITIVE);

    private final Table table;
    private final Column column;
    private final Findings findings;

    TriggerCheck(Table table, Column column, Findings findings) {
        this.table = table;
        this.column = column;
        this.findings = findings;
    }

    /** @param sets the columns that its text assigns */
    private record Trigger(String name, String function, String moment, List<String> sets) {
        String words() {
            return name + " (" + function + ", " + moment
                    + (sets.isEmpty() ? ")" : ", sets " + String.join(", ", sets) + ")");
        }
    }

    void look(Connection connection) throws SQLException {
        List<Trigger> triggers = Query.of(
                        connection, TRIGGERS, table.oid(), table.quoted(), table.quoted(), column.name())
                .all(row -> new Trigger(
                        row.getString("tgname"),
                        row.getString("function"),
                        row.getString("moment"),
                        assigned(row.getString("prosrc"))));
        if (!triggers.isEmpty()) {
            sayTheyFire(triggers);
        }
        List<Trigger> rivals = triggers.stream()
                .filter(trigger -> trigger.sets().contains(column.name()))
                .toList();
        if (!rivals.isEmpty()) {
            findings.warn(
                    "trigger-writes-column",
                    "a trigger sets " + column.name() + " itself: " + words(rivals),
                    "what Infill writes may be overwritten in the same moment, and then never equals the expression",
                    "make sure that it sets what fill.expression gives, or disable it until the migration is complete");
        }
        List<String> events = Query.of(connection, DDL_TRIGGERS).texts();
        if (!events.isEmpty()) {
            findings.warn(
                    "event-triggers",
                    "event triggers fire for Infill's DDL: " + String.join(", ", events),
                    "they can refuse or slow down adding the column, its index and its constraints",
                    "look at what they do with ALTER TABLE, CREATE INDEX and CREATE PUBLICATION");
        }
    }

    private void sayTheyFire(List<Trigger> triggers) {
        findings.warn(
                "update-triggers",
                "triggers fire for every row that is filled: " + words(triggers),
                "they cost time, and what they do (an updated_at, an audit row, a message) happens once for each row",
                "look at what they do; UPDATE OF <columns> keeps a trigger from firing for other columns");
    }

    private static String words(List<Trigger> triggers) {
        return triggers.stream().map(Trigger::words).collect(Collectors.joining(", "));
    }

    static List<String> assigned(String source) {
        TreeSet<String> columns = new TreeSet<>();
        Matcher matcher = ASSIGNED.matcher(source);
        while (matcher.find()) {
            String name = matcher.group(1);
            columns.add(
                    name.startsWith("\"")
                            ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                            : name.toLowerCase(Locale.ROOT));
        }
        return new ArrayList<>(columns);
    }
}
