package dev.infill.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.http.Api.Answer;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class SubmissionIT {
    static final String SPECIFICATION = """
            migration: orders-total-cents
            database: shop
            table: orders
            column: {name: total_cents, type: bigint}
            fill: {expression: "round(total * 100)::bigint"}
            """;

    private TestDatabase database;
    private Api api;

    @BeforeEach
    void createTable(TestDatabase fresh) throws SQLException {
        database = fresh;
        api = Api.over(fresh);
        database.execute("CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2))");
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void entersWhatTheCheckLetsPass() throws SQLException {
        Answer answer =
                api.post("/v1/migrations", SPECIFICATION, "X-Infill-Actor", "ann", "Content-Type", "application/yaml");

        MigrationStatus status = answer.migration();
        assertThat(answer.status()).isEqualTo(201);
        assertThat(status.stage()).isEqualTo(Stage.CHECK);
        assertThat(status.standing()).isEqualTo(Standing.RUNNING);
        assertThat(status.table()).isEqualTo("public.orders");
        assertThat(status.gates()).hasSameSizeAs(Gate.values()).noneMatch(MigrationStatus.GateStatus::open);
        Migration definition =
                Json.read(String.valueOf(database.value("SELECT definition FROM infill.migration")), Migration.class);
        assertThat(definition.key().get(0).type()).isEqualTo("bigint");
        assertThat(database.value("SELECT actor || ' ' || action FROM infill.audit"))
                .isEqualTo("ann submit");
    }

    @Test
    void theSameTextAgainIsTheSameMigration() throws SQLException {
        api.post("/v1/migrations", SPECIFICATION);

        Answer again = api.post("/v1/migrations", SPECIFICATION.replace("\n", "\r\n") + "\n");

        assertThat(again.status()).isEqualTo(200);
        assertThat(database.value("SELECT count(*) FROM infill.audit")).isEqualTo("1");
    }

    @Test
    void anotherTextUnderTheSameNameIsAConflict() {
        api.post("/v1/migrations", SPECIFICATION);

        Answer other = api.post("/v1/migrations", SPECIFICATION.replace("100", "1000"));

        assertThat(other.status()).isEqualTo(409);
        assertThat(other.problem().code()).isEqualTo("name-taken");
    }

    @Test
    void aMistakeIsToldWithItsLineAndField() throws SQLException {
        Answer answer = api.post("/v1/migrations", SPECIFICATION.replace("fill:", "fil:"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.type()).isEqualTo("application/problem+json");
        assertThat(answer.problem().code()).isEqualTo("unknown-field");
        assertThat(answer.problem().line()).isEqualTo(5);
        assertThat(answer.problem().field()).isEqualTo("fil");
        assertThat(answer.problem().detail()).contains("did you mean 'fill'?");
    }

    @Test
    void anUnknownDatabaseIsAnsweredWithTheKnownOnes() {
        Answer answer = api.post("/v1/migrations", SPECIFICATION.replace("database: shop", "database: shopp"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem().code()).isEqualTo("unknown-database");
        assertThat(answer.problem().detail()).contains("it has shop");
    }

    @Test
    void whatTheCheckRefusesLeavesNothingBehind() throws SQLException {
        Answer answer = api.post("/v1/migrations", SPECIFICATION.replace("table: orders", "table: ordres"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.problem().findings()).extracting(Finding::code).contains("table-not-found");
        assertThat(answer.problem().findings().get(0).remedy()).isEqualTo("did you mean public.orders?");
        assertThat(database.value("SELECT to_regnamespace('infill')")).isNull();
    }

    @Test
    void aCompleteMigrationIsNotBegunAgain() throws SQLException {
        api.post("/v1/migrations", SPECIFICATION);
        finish("complete");

        Answer again = api.post("/v1/migrations", SPECIFICATION);

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.problem().code()).isEqualTo("name-taken");
    }

    @Test
    void aRolledBackMigrationMayBeTriedAgain() throws SQLException {
        api.post("/v1/migrations", SPECIFICATION);
        finish("rolled-back");

        Answer again = api.post("/v1/migrations", SPECIFICATION);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.migration().outcome()).isNull();
    }

    @Test
    void aReservedActorIsRefused() {
        Answer answer = api.post("/v1/migrations", SPECIFICATION, "X-Infill-Actor", "evidence");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem().code()).isEqualTo("bad-actor");
    }

    private void finish(String outcome) throws SQLException {
        database.execute(Reports.INSERT.formatted(outcome, outcome), "DELETE FROM infill.migration");
    }
}
