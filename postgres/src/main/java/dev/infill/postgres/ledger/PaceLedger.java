package dev.infill.postgres.ledger;

import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.PaceStatus.SignalStatus;
import dev.infill.protocol.status.Protection;
import dev.infill.protocol.status.Protection.Rest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How hard a migration may push since an operator changed it, what was read last, and what the restraint cost. */
public final class PaceLedger {
    private static final String BEAT = "UPDATE infill.probe SET beat = beat + 1";

    private static final String BASELINE = "SELECT baseline_micros FROM infill.probe";

    private static final String SAVE_BASELINE = "UPDATE infill.probe SET baseline_micros = ?";

    private static final String WANTED = "SELECT wanted FROM infill.pace WHERE migration = ?";

    /** For a migration that is over there is nothing to change. */
    private static final String WANT = """
            INSERT INTO infill.pace (migration, wanted) SELECT name, ?::jsonb FROM infill.migration WHERE name = ?
            ON CONFLICT (migration) DO UPDATE SET wanted = excluded.wanted
            """;

    private static final String AUDIT =
            "INSERT INTO infill.audit (migration, actor, action, detail) VALUES (?, ?, 'pace', ?)";

    private static final String SHOW = """
            INSERT INTO infill.pace (migration, signals) SELECT name, ?::jsonb FROM infill.migration WHERE name = ?
            ON CONFLICT (migration) DO UPDATE SET signals = excluded.signals
            """;

    private static final String SIGNALS = "SELECT signals FROM infill.pace WHERE migration = ?";

    private static final String REST = """
            INSERT INTO infill.rested (migration, reason, seconds) SELECT name, ?, ? FROM infill.migration WHERE name = ?
            ON CONFLICT (migration, reason) DO UPDATE SET seconds = rested.seconds + excluded.seconds
            """;

    private static final String RESTED = """
            SELECT reason, seconds,
                   (SELECT coalesce(sum(extract(epoch FROM t.ended_at - t.started_at)), 0)
                      FROM (SELECT migration, stage, started_at, ended_at FROM infill.stage_time
                            UNION ALL
                            SELECT name, stage, stage_since, clock_timestamp() FROM infill.migration) t
                     WHERE t.migration = r.migration AND t.stage IN ('fill', 'verify'))::float8 AS of_seconds
              FROM infill.rested r
             WHERE migration = ?
             ORDER BY seconds DESC, reason
            """;

    private PaceLedger() {}

    /** The probe's small write. */
    public static void beat(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(BEAT);
        }
    }

    /** What the probe felt before the fill that runs, in microseconds; empty where nothing was measured. */
    public static OptionalLong baseline(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(BASELINE)) {
            long micros = result.next() ? result.getLong(1) : 0;
            return micros == 0 ? OptionalLong.empty() : OptionalLong.of(micros);
        }
    }

    /** Keeps that for whoever leads next; 0 forgets it. */
    public static void saveBaseline(Connection connection, long micros) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SAVE_BASELINE)) {
            statement.setLong(1, micros);
            statement.executeUpdate();
        }
    }

    /** The pace that an operator asked for, as JSON; empty: as specified. */
    public static Optional<String> wanted(Connection connection, String migration) throws SQLException {
        return text(connection, WANTED, migration);
    }

    /** Changes the pace; with null it is as specified again. */
    public static void want(Connection connection, String migration, @Nullable String pace, OperatorLedger.Act act)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WANT)) {
            statement.setString(1, pace);
            statement.setString(2, migration);
            statement.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement(AUDIT)) {
            statement.setString(1, migration);
            statement.setString(2, act.actor());
            statement.setString(3, act.reason());
            statement.executeUpdate();
        }
    }

    /** Keeps what was read last, for people. */
    public static void show(Connection connection, String migration, List<SignalStatus> signals) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SHOW)) {
            statement.setString(1, Json.write(signals));
            statement.setString(2, migration);
            statement.executeUpdate();
        }
    }

    /** What was read last. */
    public static List<SignalStatus> signals(Connection connection, String migration) throws SQLException {
        return text(connection, SIGNALS, migration)
                .map(json -> List.of(Json.read(json, SignalStatus[].class)))
                .orElse(List.of());
    }

    /** Adds to the time that workers rested for a reason. */
    public static void rest(Connection connection, String migration, Rest rest) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(REST)) {
            statement.setString(1, rest.reason());
            statement.setDouble(2, rest.seconds());
            statement.setString(3, migration);
            statement.executeUpdate();
        }
    }

    /** What the restraint cost so far. */
    public static Protection protection(Connection connection, String migration) throws SQLException {
        List<Rest> rests = new ArrayList<>();
        double of = 0;
        try (PreparedStatement statement = connection.prepareStatement(RESTED)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rests.add(new Rest(result.getString("reason"), result.getDouble("seconds")));
                    of = result.getDouble("of_seconds");
                }
            }
        }
        double rested = rests.stream().mapToDouble(Rest::seconds).sum();
        return new Protection(rested, of == 0 ? 0 : Math.min(1, rested / of), rests);
    }

    private static Optional<String> text(Connection connection, String sql, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.ofNullable(result.getString(1)) : Optional.empty();
            }
        }
    }
}
