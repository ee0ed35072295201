package dev.infill.coordinator.lead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.postgres.Database;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.postgres.ledger.Lease;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class LeaseKeeperIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void keepsTheLeaseWhileTheLoopTurnsAndLetsItGoWhenItHangs(TestDatabase fresh) throws SQLException {
        Database database = new DatabaseUrl(Map.of()).parse("test", fresh.url());
        AtomicBoolean loopTurns = new AtomicBoolean(true);
        try (Connection connection = fresh.connect()) {
            LedgerSchema.createIfMissing(connection);
            long epoch = Lease.take(connection, "first").orElseThrow();
            String end = answer(connection, "SELECT expires_at FROM infill.lease");
            try (LeaseKeeper keeper = LeaseKeeper.start(database, "first", epoch, loopTurns::get)) {
                await("the term that was taken is over")
                        .atMost(LONG)
                        .until(() -> answer(connection, "SELECT clock_timestamp() > '" + end + "'")
                                .equals("t"));
                assertThat(Lease.take(connection, "second")).isEmpty();
                assertThat(keeper.isLost()).isFalse();

                loopTurns.set(false);
                await("another takes it")
                        .atMost(LONG)
                        .until(() -> Lease.take(connection, "second").isPresent());

                loopTurns.set(true);
                await("it is seen to be lost").atMost(LONG).until(keeper::isLost);
            }
            assertThat(answer(connection, "SELECT holder FROM infill.lease")).isEqualTo("second");
        }
    }

    private static String answer(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
