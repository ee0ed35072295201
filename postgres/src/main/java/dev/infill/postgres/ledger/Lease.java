package dev.infill.postgres.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The right to lead in one database. Time is judged by the database's clock alone, so the clocks of the coordinators
 * do not matter; the epoch grows with every change of the holder.
 */
public final class Lease {
    /** A dead leader is replaced after this at the latest, plus the time that the other needs to look. */
    public static final Duration TERM = Duration.ofSeconds(4);

    private static final String TAKE = """
            UPDATE infill.lease
               SET epoch = epoch + 1, holder = ?, expires_at = clock_timestamp() + ? * interval '1 millisecond'
             WHERE expires_at < clock_timestamp()
            RETURNING epoch
            """;

    private static final String RENEW = """
            UPDATE infill.lease
               SET expires_at = clock_timestamp() + ? * interval '1 millisecond'
             WHERE holder = ? AND epoch = ?
            """;

    private static final String RELEASE =
            "UPDATE infill.lease SET expires_at = '-infinity' WHERE holder = ? AND epoch = ?";

    private Lease() {}

    /** Takes the lease if nobody holds it; answers the new epoch. */
    public static OptionalLong take(Connection connection, String holder) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
            statement.setString(1, holder);
            statement.setLong(2, TERM.toMillis());
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? OptionalLong.of(result.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** Holds the lease for another term; an expired lease that nobody took is still ours. */
    public static boolean renew(Connection connection, String holder, long epoch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            statement.setLong(1, TERM.toMillis());
            statement.setString(2, holder);
            statement.setLong(3, epoch);
            return statement.executeUpdate() == 1;
        }
    }

    /** Lets go, so that a stand-by need not wait for the term to end. */
    public static void release(Connection connection, String holder, long epoch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
            statement.setString(1, holder);
            statement.setLong(2, epoch);
            statement.executeUpdate();
        }
    }
}
