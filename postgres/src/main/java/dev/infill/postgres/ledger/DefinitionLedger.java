package dev.infill.postgres.ledger;

import dev.infill.protocol.Migration;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Standing;
import dev.infill.protocol.json.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What workers read of {@code infill.migration}, and the one thing that they write there: that a person must look. */
public final class DefinitionLedger {
    private static final String COLUMNS =
            "SELECT definition::text, fingerprint, ownership, standing FROM infill.migration WHERE definition IS NOT NULL";

    private static final String ONE = COLUMNS + " AND name = ?";

    /** Before capture the column may not be there, and what is being removed is not kept right any more. */
    private static final String REPAIRED = COLUMNS + """
             AND stage NOT IN ('check', 'expand', 'complete')
            AND standing NOT IN ('refused', 'cancelling', 'rolling-back')
            """;

    private static final String FAIL = """
            UPDATE infill.migration SET standing = 'failed', problem = ? WHERE name = ? AND standing = 'running'
            """;

    private DefinitionLedger() {}

    /** A migration; empty when the ledger has no such migration or its check is not done. */
    public static Optional<Definition> find(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ONE)) {
            statement.setString(1, migration);
            return read(statement).stream().findFirst();
        }
    }

    /** The migrations whose tables are captured and repaired. */
    public static List<Definition> repaired(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(REPAIRED)) {
            return read(statement);
        }
    }

    /** Stops a running migration until an operator resumes it; false when it was not running. */
    public static boolean fail(Connection connection, String migration, String problem) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FAIL)) {
            statement.setString(1, problem);
            statement.setString(2, migration);
            return statement.executeUpdate() == 1;
        }
    }

    private static List<Definition> read(PreparedStatement statement) throws SQLException {
        List<Definition> definitions = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                definitions.add(new Definition(
                        Json.read(result.getString(1), Migration.class),
                        result.getString(2),
                        Ownership.of(result.getString(3)),
                        Standing.of(result.getString(4))));
            }
        }
        return definitions;
    }

    /**
     * A migration as workers need it.
     *
     * @param fingerprint what the column was when the check saw it; null: not taken yet
     */
    public record Definition(
            Migration migration, @Nullable String fingerprint, Ownership ownership, Standing standing) {}
}
