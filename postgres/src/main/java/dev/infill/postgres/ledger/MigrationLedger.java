package dev.infill.postgres.ledger;

import dev.infill.protocol.Migration;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.json.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the leading coordinator reads and writes of migrations. Writes belong inside {@link LeaderSession#fenced}. */
public final class MigrationLedger {
    private static final String ALL = """
            SELECT name, specification, definition, stage, standing, problem, ownership, pass, pass_kind, memo
              FROM infill.migration
             ORDER BY created_at, name
            """;

    private static final String MEMO = "SELECT memo FROM infill.migration WHERE name = ?";

    private static final String SAVE_MEMO = "UPDATE infill.migration SET memo = ?::jsonb WHERE name = ?";

    private static final String RESOLVE = """
            UPDATE infill.migration
               SET definition = ?::jsonb, findings = ?::jsonb, memo = ?::jsonb
             WHERE name = ?
            """;

    private static final String SAVE_FINGERPRINT = "UPDATE infill.migration SET fingerprint = ? WHERE name = ?";

    private static final String SAVE_BASELINE =
            "UPDATE infill.migration SET baseline = baseline || ?::jsonb WHERE name = ?";

    private static final String MOVE = """
            WITH left_stage AS (
                INSERT INTO infill.stage_time (migration, stage, started_at, ended_at)
                SELECT name, stage, stage_since, clock_timestamp() FROM infill.migration WHERE name = ? AND stage <> ?
            )
            UPDATE infill.migration
               SET stage = ?, stage_since = clock_timestamp(), memo = ?::jsonb, problem = NULL
             WHERE name = ?
            """;

    /** Guarded by the standing, so that a cancel that came meanwhile is not undone. */
    private static final String STAND = """
            UPDATE infill.migration SET standing = ?, problem = ?
             WHERE name = ? AND standing = 'running'
            """;

    private static final String HOLD_UP =
            "UPDATE infill.migration SET problem = ? WHERE name = ? AND problem IS DISTINCT FROM ?";

    private static final String LSN_BEFORE =
            "SELECT coalesce(baseline->>'lsnBefore', '0/0') FROM infill.migration WHERE name = ?";

    private static final String AUDIT =
            "INSERT INTO infill.audit (migration, actor, action, detail) VALUES (?, 'coordinator', ?, ?)";

    private MigrationLedger() {}

    /** Every migration that is not over, oldest first. */
    public static List<MigrationRow> all(Connection connection) throws SQLException {
        List<MigrationRow> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(ALL)) {
            while (result.next()) {
                rows.add(row(result));
            }
        }
        return rows;
    }

    private static MigrationRow row(ResultSet result) throws SQLException {
        Optional<String> definition = Optional.ofNullable(result.getString("definition"));
        Optional<String> passKind = Optional.ofNullable(result.getString("pass_kind"));
        return new MigrationRow(
                result.getString("name"),
                result.getString("specification"),
                definition.map(json -> Json.read(json, Migration.class)).orElse(null),
                Stage.of(result.getString("stage")),
                Standing.of(result.getString("standing")),
                result.getString("problem"),
                Ownership.of(result.getString("ownership")),
                result.getInt("pass"),
                passKind.map(TaskKind::of).orElse(null),
                memo(result.getString("memo")));
    }

    /** The memo as it is now. */
    public static Memo memo(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MEMO)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? memo(result.getString(1)) : Memo.EMPTY;
            }
        }
    }

    private static Memo memo(String json) {
        return json.equals("{}") ? Memo.EMPTY : Json.read(json, Memo.class);
    }

    /** Replaces the memo. */
    public static void saveMemo(Connection connection, String migration, Memo memo) throws SQLException {
        update(connection, SAVE_MEMO, Json.write(memo), migration);
    }

    /** Keeps what the check found and resolved. */
    public static void resolve(Connection connection, Migration migration, List<?> findings, Memo memo)
            throws SQLException {
        update(connection, RESOLVE, Json.write(migration), Json.write(findings), Json.write(memo), migration.name());
    }

    /** Keeps the identity of the column that is filled from now on. */
    public static void saveFingerprint(Connection connection, String migration, String fingerprint)
            throws SQLException {
        update(connection, SAVE_FINGERPRINT, fingerprint, migration);
    }

    /** Adds to what was measured, for the report; a record of numbers. */
    public static void saveBaseline(Connection connection, String migration, Object measured) throws SQLException {
        update(connection, SAVE_BASELINE, Json.write(measured), migration);
    }

    /** The log's position before the fill. */
    public static String lsnBefore(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LSN_BEFORE)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getString(1);
            }
        }
    }

    /** Moves the migration to a stage, with the memo it starts there with. */
    public static void move(Connection connection, String migration, Stage to, Memo memo) throws SQLException {
        update(connection, MOVE, migration, to.word(), to.word(), Json.write(memo), migration);
        audit(connection, migration, "stage", to.word());
    }

    /** Halts the migration and says why. */
    public static void halt(Connection connection, String migration, Standing standing, String problem)
            throws SQLException {
        update(connection, STAND, standing.word(), problem, migration);
        audit(connection, migration, standing.word(), problem);
    }

    /** Says what the migration waits for, or with null that it waits for nothing. */
    public static void holdUp(
            Connection connection, String migration, @org.jspecify.annotations.Nullable String problem)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLD_UP)) {
            statement.setString(1, problem);
            statement.setString(2, migration);
            statement.setString(3, problem);
            statement.executeUpdate();
        }
    }

    /** Notes what happened. */
    public static void audit(Connection connection, String migration, String action, String detail)
            throws SQLException {
        update(connection, AUDIT, migration, action, detail);
    }

    private static void update(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
