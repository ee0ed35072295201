package dev.infill.coordinator.check;

import dev.infill.coordinator.check.Sightings.Sighting;
import dev.infill.postgres.Failure;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one database looks like to a migration.
 *
 * @param facts what should be the same everywhere, in the order in which it is shown
 * @param values what some rows give
 */
record Environment(Map<String, String> facts, Map<Key, Sighting> values) {
    static final String ABSENT = "—";
    static final String UNKNOWN = "?";
    /** A rehearsal has the column already, and the database that is to get it has not. */
    static final String NOT_YET = "not yet";

    /** What the default asked for gives to an application's session. */
    static final String WANTED_DEFAULT = "the wanted default's value";

    /** What the default that is there gives, and what it is. */
    static final String DEFAULT = "the default's value";

    static final String DEFAULT_TEXT = "its default";

    private static final String SERVER = """
            SELECT current_setting('server_version') AS version, pg_encoding_to_char(d.encoding) AS encoding,
                   concat_ws(' ', CASE d.datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
                             %s, d.datcollate, nullif(d.datctype, d.datcollate)) AS collation
              FROM pg_catalog.pg_database d WHERE d.datname = current_database()
            """;

    private static final String SERVER_14 = """
            SELECT current_setting('server_version') AS version, pg_encoding_to_char(d.encoding) AS encoding,
                   concat_ws(' ', 'libc', d.datcollate, nullif(d.datctype, d.datcollate)) AS collation
              FROM pg_catalog.pg_database d WHERE d.datname = current_database()
            """;

    /** What the application's sessions begin with; in ours the driver has set another one. */
    private static final String TIME_ZONE = """
            SELECT substr(setting, 10) FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) AS setting
             WHERE s.setrole = 0 AND lower(setting) LIKE 'timezone=%'
               AND s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
             ORDER BY s.setdatabase <> 0 DESC LIMIT 1
            """;

    private static final String MAY_READ_FILES =
            "SELECT has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')::text";

    private static final String TIME_ZONE_IN_FILE = """
            SELECT setting FROM pg_catalog.pg_file_settings
             WHERE lower(name) = 'timezone' AND error IS NULL ORDER BY seqno DESC LIMIT 1
            """;

    private static final String EXTENSIONS = "SELECT extname, extversion FROM pg_catalog.pg_extension ORDER BY extname";

    private static final String COLUMN = """
            SELECT format_type(a.atttypid, a.atttypmod) AS type,
                   pg_get_expr(d.adbin, d.adrelid) AS value,
                   EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.provolatile = 'v'
                              AND p.oid IN (SELECT (regexp_matches(d.adbin::text, ':(?:op)?funcid (\\d+)', 'g'))[1]::oid))
                       OR d.adbin::text LIKE '%{NEXTVALUEEXPR%' AS is_volatile
              FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE a.attrelid = ? AND a.attname = ? AND NOT a.attisdropped
            """;

    private static final int PROVIDERS_SINCE = 15;
    private static final int LOCALES_SINCE = 17;

    Environment {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts)); // Map.copyOf forgets the order
        values = Map.copyOf(values);
    }

    /** @param value the default's text, or null */
    private record Existing(String type, @Nullable String value, boolean isVolatile) {}

    /** @param wanted the default asked for, judged and not volatile; null: none */
    static Environment look(Connection connection, Migration migration, Sightings sightings, @Nullable String wanted)
            throws SQLException {
        Map<String, String> facts = new LinkedHashMap<>();
        int major = connection.getMetaData().getDatabaseMajorVersion();
        String sql = major < PROVIDERS_SINCE
                ? SERVER_14
                : SERVER.formatted(major < LOCALES_SINCE ? "d.daticulocale" : "d.datlocale");
        Query.of(connection, sql).all(row -> {
            facts.put("server version", row.getString("version").replaceFirst(" .*", ""));
            facts.put("encoding", row.getString("encoding"));
            facts.put("collation", row.getString("collation"));
            return true;
        });
        String zone = timeZone(connection);
        facts.put("time zone", zone);
        Query.of(connection, EXTENSIONS)
                .all(row -> facts.put("extension " + row.getString("extname"), row.getString("extversion")));
        if (wanted != null) {
            String typed = "(" + wanted + "\n)::" + migration.column().type();
            facts.put(WANTED_DEFAULT, value(connection, typed, zone));
        }
        Optional<Table> table = Table.find(connection, migration.table());
        facts.put("table", table.isEmpty() ? ABSENT : "there");
        if (table.isEmpty()) {
            return new Environment(facts, Map.of());
        }
        for (String input : sightings.inputs()) {
            facts.put(
                    "column " + input,
                    column(connection, table.get(), input).map(Existing::type).orElse(ABSENT));
        }
        Optional<Existing> column =
                column(connection, table.get(), migration.column().name());
        String name = migration.column().name();
        facts.put("column " + name, column.map(Existing::type).orElse(NOT_YET));
        facts.put(
                DEFAULT_TEXT,
                column.isEmpty() ? NOT_YET : column.map(Existing::value).orElse(ABSENT));
        facts.put(DEFAULT, column.isEmpty() ? NOT_YET : value(connection, column.get(), zone));
        return new Environment(facts, sightings.look(connection));
    }

    private static Optional<Existing> column(Connection connection, Table table, String name) throws SQLException {
        return Query.of(connection, COLUMN, table.oid(), name)
                .first(row ->
                        new Existing(row.getString("type"), row.getString("value"), row.getBoolean("is_volatile")));
    }

    private static String timeZone(Connection connection) throws SQLException {
        Optional<String> set = Query.of(connection, TIME_ZONE).first(row -> row.getString(1));
        if (set.isPresent() || !Query.of(connection, MAY_READ_FILES).texts().contains("true")) {
            return set.orElse(UNKNOWN);
        }
        return Query.of(connection, TIME_ZONE_IN_FILE)
                .first(row -> row.getString(1))
                .orElse("GMT");
    }

    /** What an application's session would get that inserts a row without the column. */
    private static String value(Connection connection, Existing column, String zone) throws SQLException {
        String text = column.value();
        if (text == null) {
            return ABSENT;
        }
        return column.isVolatile() ? "another each time" : value(connection, text, zone);
    }

    private static String value(Connection connection, String text, String zone) throws SQLException {
        return RolledBack.readOnly(connection, computing -> {
            if (!zone.equals(UNKNOWN)) {
                Query.of(computing, "SELECT set_config('TimeZone', ?, true)", zone)
                        .texts();
            }
            try {
                return String.valueOf(RolledBack.row(computing, "SELECT (" + text + "\n)::text")
                        .get(0));
            } catch (SQLException e) {
                return "fails (" + Failure.of(e).sqlState() + ")";
            }
        });
    }

    /** What is unknown or not there yet is no difference. */
    static boolean differ(String what, List<String> values) {
        return values.stream()
                        .filter(value -> !value.equals(UNKNOWN) && !value.equals(NOT_YET))
                        .map(value -> what.equals("server version") ? value.replaceFirst("\\..*", "") : value)
                        .distinct()
                        .count()
                > 1;
    }
}
