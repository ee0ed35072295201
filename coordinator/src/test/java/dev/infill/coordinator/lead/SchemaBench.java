package dev.infill.coordinator.lead;

import static org.awaitility.Awaitility.await;

import dev.infill.coordinator.check.Environments;
import dev.infill.coordinator.check.Preflight;
import dev.infill.coordinator.ddl.Ddl;
import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.postgres.Capture;
import dev.infill.postgres.Database;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.Lease;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.MigrationRow;
import dev.infill.postgres.ledger.OperatorLedger;
import dev.infill.postgres.ledger.OperatorLedger.Act;
import dev.infill.postgres.ledger.OperatorLedger.Submission;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.specification.Specification;
import dev.infill.specification.SpecificationReader;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/** A leader that only changes the schema: the steps that do, without Kafka, without workers. */
final class SchemaBench implements AutoCloseable {
    static final String SPECIFICATION = """
            migration: orders-total-cents
            database: shop
            table: orders
            column: {name: total_cents, type: bigint}
            fill: {expression: (total * 100)::bigint}
            """;

    private static final String NAME = "orders-total-cents";
    private static final Duration LOCK_TIMEOUT = Manners.of("infill").lockTimeout();

    private final Connection connection;
    private final LeaderSession session;
    private final Background background;
    private final SchemaWork schema;
    private final Map<Stage, StageStep> steps;
    private final Undo undo;

    private SchemaBench(TestDatabase database) throws SQLException {
        Database opened = new DatabaseUrl(Map.of()).parse("shop", database.url());
        connection = Sessions.open(opened, Manners.of("infill coordinator"));
        LedgerSchema.createIfMissing(connection);
        session = new LeaderSession(
                connection, "test", Lease.take(connection, "test").orElseThrow());
        background = new Background(
                opened, Manners.of("infill coordinator background").patient());
        schema = new SchemaWork(new Ddl(Ddl.Settings.with(LOCK_TIMEOUT), System::nanoTime, new Random(1)), background);
        undo = new Undo(schema);
        steps = Map.of(
                Stage.EXPAND, new ExpandStep(schema),
                Stage.CAPTURE, this::publish,
                Stage.INDEX, new IndexStep(schema),
                Stage.SYNC, scene -> scene.move(Stage.ENFORCE, scene.memo()),
                Stage.ENFORCE, new EnforceStep(schema));
    }

    /** A migration that has just passed its check. */
    static SchemaBench begin(TestDatabase database, String specification) throws SQLException {
        SchemaBench bench = new SchemaBench(database);
        Specification read = SpecificationReader.read(specification);
        Preflight.Outcome outcome = Preflight.check(bench.connection, read, new Environments(List.of()));
        OperatorLedger.submit(
                bench.connection,
                new Submission(
                        specification,
                        outcome.resolved()
                                .orElseThrow(() ->
                                        new AssertionError(outcome.findings().toString())),
                        outcome.findings()),
                new Act("test", ""));
        bench.session.fencedAction(
                c -> MigrationLedger.move(c, NAME, Stage.EXPAND, bench.row().memo()));
        return bench;
    }

    /** A successor, after a kill. */
    static SchemaBench resume(TestDatabase database) throws SQLException {
        return new SchemaBench(database);
    }

    /** Only what the capture does to the schema. */
    private void publish(Scene scene) throws SQLException {
        Optional<SchemaChange> missing = Capture.publication(scene.connection(), scene.migration());
        if (missing.isEmpty() || schema.apply(scene, missing.get())) {
            scene.move(Stage.INDEX, scene.memo());
        }
    }

    MigrationRow row() throws SQLException {
        return MigrationLedger.all(connection).get(0);
    }

    Connection connection() {
        return connection;
    }

    private Scene scene() throws SQLException {
        MigrationRow row = row();
        return new Scene(session, row, SpecificationReader.read(row.specification()));
    }

    /** One turn of the leader's loop. */
    void turn() throws SQLException {
        Scene scene = scene();
        if (scene.row().standing() == Standing.RUNNING) {
            Objects.requireNonNull(steps.get(scene.row().stage())).take(scene);
        }
    }

    /** Turns until the stage is reached, or the migration stops. */
    SchemaBench until(Stage stage) throws SQLException {
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    if (row().stage().compareTo(stage) >= 0 || row().standing() != Standing.RUNNING) {
                        return true;
                    }
                    turn();
                    return false;
                });
        return this;
    }

    void resumeAfterFailure() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE infill.migration SET standing = 'running', problem = NULL");
        }
    }

    /** Takes everything back. */
    void rollBack() {
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> undo.isDone(scene()) && isWithdrawn(scene()));
    }

    private boolean isWithdrawn(Scene scene) throws SQLException {
        Optional<SchemaChange> next = Capture.withdrawal(connection, scene.migration());
        if (next.isPresent()) {
            schema.apply(scene, next.get());
        }
        return next.isEmpty();
    }

    /** Ends like a kill does, as far as the database is concerned; another one may lead at once. */
    @Override
    public void close() throws SQLException {
        background.close();
        try (var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE infill.lease SET expires_at = '-infinity'");
        }
        connection.close();
    }
}
