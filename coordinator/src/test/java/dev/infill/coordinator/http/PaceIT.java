package dev.infill.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.http.Api.Answer;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.PaceStatus;
import dev.infill.protocol.status.PaceStatus.SignalStatus;
import dev.infill.protocol.status.Protection;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ClusterExtension.class)
class PaceIT {
    private static final String PATH = "/v1/migrations/orders-total-cents/pace";

    private TestDatabase database;
    private Api api;

    @BeforeEach
    void submit(TestDatabase fresh) throws SQLException {
        database = fresh;
        api = Api.over(fresh);
        database.execute("CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2))");
        api.post("/v1/migrations", SubmissionIT.SPECIFICATION);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private static PaceStatus pace(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return Json.read(answer.body(), PaceStatus.class);
    }

    @Test
    void changesSomeBudgetsAndLeavesTheOthers() throws SQLException {
        api.patch(PATH, "{\"batch\": \"50ms\", \"maxReplicaLag\": \"2s\"}");

        PaceStatus changed = pace(api.patch(PATH, "{\"maxReplicaLag\": null, \"maxLockWaits\": 7}"));

        assertThat(changed.wanted()).isEqualTo("{\"batch\":\"50ms\",\"maxLockWaits\":7}");
        assertThat(changed.changed()).isTrue();
        assertThat(pace(api.get(PATH))).isEqualTo(changed);
        assertThat(database.value("SELECT actor || ' ' || detail FROM infill.audit WHERE action = 'pace'"
                        + " ORDER BY id DESC LIMIT 1"))
                .isEqualTo("ann {\"batch\":\"50ms\",\"maxLockWaits\":7}");
    }

    @Test
    void goesToFullPaceAndBackToWhatWasSubmitted() {
        PaceStatus submitted = pace(api.get(PATH));

        PaceStatus full = pace(api.patch(PATH, "\"full\""));
        PaceStatus restored = pace(api.delete(PATH));

        assertThat(full.wanted()).isEqualTo("\"full\"");
        assertThat(restored).isEqualTo(submitted);
        assertThat(restored.changed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "{\"batches\": \"50ms\"}, unknown-field, pace.batches, did you mean 'batch'?",
                "{\"maxReplicaLag\": \"soon\"}, wrong-value, pace.maxReplicaLag, for example 5s",
                "{\"maxLockWaits\": 0}, wrong-value, pace.maxLockWaits, pace.maxLockWaits",
                "{\"window\": \"22:00-06:00 Europe/Berln\"}, wrong-value, pace.window, Europe/Berlin",
                "\"fast\", wrong-value, pace, for example full",
                "7, wrong-type, pace, a text or fields of its own",
                "{batch, invalid-json, pace, JSON"
            })
    void refusesWhatIsNoPaceAndSaysWhy(String body, String code, String field, String words) throws SQLException {
        Answer answer = api.patch(PATH, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.type()).isEqualTo("application/problem+json");
        assertThat(answer.problem().code()).isEqualTo(code);
        assertThat(answer.problem().field()).isEqualTo(field);
        assertThat(answer.problem().line()).isNull();
        assertThat(answer.problem().detail()).contains(words);
        assertThat(database.value("SELECT count(*) FROM infill.pace WHERE wanted IS NOT NULL"))
                .isEqualTo("0");
    }

    @Test
    void tellsWhatTheGovernorReadAndWhatItCost() throws SQLException {
        database.execute(
                "UPDATE infill.migration SET stage = 'fill', stage_since = clock_timestamp() - interval '20 s',"
                        + " memo = '{\"pace\": 0.5, \"throttledBy\": \"replica lag 6.1 s > 5.0 s\"}'",
                "INSERT INTO infill.pace (migration, signals) VALUES ('orders-total-cents',"
                        + " '[{\"signal\": \"replica lag\", \"share\": 1.22, \"words\": \"replica lag 6.1 s > 5.0 s\"}]')",
                "INSERT INTO infill.rested VALUES ('orders-total-cents', 'replica lag', 10)");

        PaceStatus pace = pace(api.get(PATH));

        assertThat(pace.pace()).isEqualTo(0.5);
        assertThat(pace.throttledBy()).isEqualTo("replica lag 6.1 s > 5.0 s");
        assertThat(pace.signals()).containsExactly(new SignalStatus("replica lag", 1.22, "replica lag 6.1 s > 5.0 s"));
        assertThat(pace.protection().rests()).containsExactly(new Protection.Rest("replica lag", 10));
        assertThat(pace.protection().share()).isBetween(0.3, 0.5);
    }

    @Test
    void aMigrationThatNobodyKnowsHasNoPace() {
        Answer answer = api.patch("/v1/migrations/nobody/pace", "\"full\"");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.problem().code()).isEqualTo("unknown-migration");
    }
}
