package dev.infill.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.http.Api.Answer;
import dev.infill.postgres.ledger.OperatorLedger;
import dev.infill.postgres.ledger.OperatorLedger.Act;
import dev.infill.postgres.ledger.OwnershipLedger.Move;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.protocol.status.OwnershipMove;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class OwnershipIT {
    private static final String PATH = "/v1/migrations/orders-total-cents";

    private TestDatabase database;
    private Api api;

    @BeforeEach
    void submit(TestDatabase fresh) throws SQLException {
        database = fresh;
        api = Api.over(fresh);
        database.execute("CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2))");
        api.post("/v1/migrations", SubmissionIT.SPECIFICATION);
        database.execute(
                "UPDATE infill.migration SET stage = 'sync'",
                "INSERT INTO infill.range (migration, number, kind, state, verified_at)"
                        + " VALUES ('orders-total-cents', 0, 'verify', 'done', now())");
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Answer own(String ownership, String more) {
        return api.put(PATH + "/ownership", "{\"ownership\": \"" + ownership + "\"" + more + "}");
    }

    @Test
    void goesForwardAndTellsWhoMovedItWhenAndWhy() throws SQLException {
        Instant before = Instant.parse(
                database.value("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"));

        MigrationStatus status =
                own("dual", ", \"reason\": \"release 42: discounts\"").migration();

        assertThat(status.ownership()).isEqualTo(Ownership.DUAL);
        OwnershipMove move = Objects.requireNonNull(status.ownershipMove());
        assertThat(move.from()).isEqualTo(Ownership.DERIVED);
        assertThat(move.to()).isEqualTo(Ownership.DUAL);
        assertThat(move.by()).isEqualTo("ann");
        assertThat(move.why()).isEqualTo("release 42: discounts");
        assertThat(move.at()).isBetween(before, before.plus(Duration.ofMinutes(1)));
        assertThat(database.value(
                        "SELECT actor || '|' || action || '|' || detail FROM infill.audit ORDER BY id DESC LIMIT 1"))
                .isEqualTo("ann|own dual|derived: release 42: discounts");
        assertThat(database.value("SELECT count(*) FROM infill.range WHERE verified_at IS NOT NULL"))
                .isEqualTo("1");
    }

    @Test
    void goesBackOnlyByForceAndVoidsTheProofThen() throws SQLException {
        own("application", ", \"reason\": \"only new pods\"");

        Answer refused = own("derived", ", \"reason\": \"oops\"");
        String owner = database.value("SELECT ownership FROM infill.migration");
        Answer forced = own("derived", ", \"reason\": \"oops\", \"force\": true");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.problem().code()).isEqualTo("would-overwrite");
        assertThat(refused.problem().detail()).contains("wrote on purpose", "overwritten");
        assertThat(owner).isEqualTo("application");
        assertThat(forced.migration().ownership()).isEqualTo(Ownership.DERIVED);
        assertThat(database.value("SELECT count(*) FROM infill.range WHERE verified_at IS NOT NULL"))
                .isEqualTo("0");
    }

    @Test
    void theApplicationOwnsNothingThatIsNotProven() throws SQLException {
        database.execute("UPDATE infill.migration SET stage = 'fill'");

        assertThat(own("application", ", \"reason\": \"soon\"").problem().code())
                .isEqualTo("too-early");
        assertThat(own("dual", ", \"reason\": \"soon\"").status()).isEqualTo(200);
    }

    @Test
    void asksForAReasonAndForAnOwnershipThatThereIs() {
        assertThat(own("dual", "").problem().code()).isEqualTo("no-reason");
        assertThat(own("shared", ", \"reason\": \"x\"").problem().detail()).contains("derived, dual, application");
    }

    @Test
    void theSameAgainIsNoMistakeAndNoMove() throws SQLException {
        own("dual", ", \"reason\": \"one\"");

        Answer again = own("dual", ", \"reason\": \"two\"");

        assertThat(again.status()).isEqualTo(200);
        assertThat(database.value("SELECT count(*) FROM infill.audit WHERE action = 'own dual'"))
                .isEqualTo("1");
    }

    @Test
    void aMoveThatWasDecidedInAnotherStageDoesNotHappen() throws SQLException {
        try (var connection = database.connect()) {
            var move = new Move(Stage.VERIFY, Ownership.DERIVED, Ownership.DUAL);
            var act = new Act("ann", "late");

            assertThat(OperatorLedger.own(connection, "orders-total-cents", move, act))
                    .isFalse();
        }
        assertThat(database.value("SELECT ownership FROM infill.migration")).isEqualTo("derived");
    }
}
