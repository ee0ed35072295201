package dev.infill.coordinator.lead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.evidence.EvidenceReader;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.Lease;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.postgres.ledger.Memo;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.MigrationRow;
import dev.infill.postgres.ledger.OperatorLedger;
import dev.infill.postgres.ledger.OperatorLedger.Act;
import dev.infill.postgres.ledger.OwnershipLedger.Move;
import dev.infill.protocol.Column;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.TableName;
import dev.infill.protocol.json.Json;
import dev.infill.specification.SpecificationReader;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.ManualClock;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stage's turns on a real ledger; the test plays bridge and workers, who pass one partition's barriers. */
@ExtendWith(ClusterExtension.class)
class SyncStepIT {
    private static final String NAME = "orders-total-cents";
    private static final String EVIDENCE = """
            migration: orders-total-cents
            database: shop
            table: orders
            column: {name: total_cents, type: bigint}
            fill: {expression: total * 100}
            constraints: {notNull: true}
            gates: {reads: evidence, writes: evidence}
            """;
    private static final String MANUAL = EVIDENCE.replace("writes: evidence", "writes: manual");
    private static final String LONG_AGO = "now() - interval '2 minutes'";

    private TestDatabase database;
    private Connection connection;
    private LeaderSession session;
    private SyncStep step;

    @BeforeEach
    void lead(TestDatabase fresh) throws SQLException {
        database = fresh;
        database.execute("CREATE TABLE orders (id bigint PRIMARY KEY, total bigint, total_cents bigint)");
        connection = database.connect();
        LedgerSchema.createIfMissing(connection);
        session = new LeaderSession(
                connection, "test", Lease.take(connection, "test").orElseThrow());
        step = new SyncStep(new BarrierWait(1), new EvidenceReader(name -> Optional.empty(), new ManualClock()));
    }

    @AfterEach
    void stop() throws SQLException {
        connection.close();
    }

    private void begin(String specification) throws SQLException {
        Migration migration = new Migration(
                NAME,
                "shop",
                new TableName("public", "orders"),
                List.of(new Column("id", "bigint")),
                new Column("total_cents", "bigint"),
                new Migration.Fill("total * 100", Migration.Keep.DERIVED));
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO infill.migration (name, specification, definition, memo, stage, stage_since) VALUES"
                        + " (?, ?, ?::jsonb, ?::jsonb, 'sync', " + LONG_AGO + ")")) {
            insert.setString(1, NAME);
            insert.setString(2, specification);
            insert.setString(3, Json.write(migration));
            insert.setString(4, Json.write(Memo.EMPTY));
            insert.executeUpdate();
        }
        database.execute(
                "INSERT INTO infill.range (migration, number, kind, state, verified_at) VALUES ('" + NAME
                        + "', 0, 'verify', 'done', now())",
                "INSERT INTO infill.capture (slot, publication, seen_at) VALUES ('s', 'p', now())",
                "INSERT INTO infill.repair (migration, partition, changes, repaired, last_repair_at, last_change_at)"
                        + " VALUES ('" + NAME + "', 0, 7, 3, " + LONG_AGO + ", " + LONG_AGO + ")");
    }

    private MigrationRow row() throws SQLException {
        return MigrationLedger.all(connection).get(0);
    }

    private void turn() throws SQLException {
        MigrationRow row = row();
        step.take(new Scene(session, row, SpecificationReader.read(row.specification())));
    }

    /** Turns with living repairers until the ledger does not change any more, or the stage is left. */
    private void turns() throws SQLException {
        for (int i = 0; i < 10 && row().stage() == Stage.SYNC; i++) {
            turn();
            database.execute(
                    "INSERT INTO infill.barrier_passed SELECT id, 0 FROM infill.barrier ON CONFLICT DO NOTHING");
        }
    }

    private List<String> missing(Gate gate) throws SQLException {
        return row().memo().missing().getOrDefault(gate.word(), List.of());
    }

    private String gates() throws SQLException {
        return String.valueOf(database.value(
                "SELECT coalesce(string_agg(gate || ' ' || opened_by, ', ' ORDER BY gate), '') FROM infill.gate"));
    }

    private String ownership() throws SQLException {
        return String.valueOf(database.value("SELECT ownership FROM infill.migration"));
    }

    @Test
    void opensEveryGateOnItsEvidenceAndHandsTheColumnToBoth() throws SQLException {
        begin(EVIDENCE);

        turns();

        assertThat(row().stage()).isEqualTo(Stage.ENFORCE);
        assertThat(gates()).isEqualTo("constraints evidence, reads evidence, writes evidence");
        assertThat(ownership()).isEqualTo("dual");
        assertThat(database.value("SELECT actor || '|' || detail FROM infill.audit WHERE action = 'own dual'"))
                .startsWith(
                        "coordinator|derived: gate writes is open, evidence: verified, no row refused, no row repaired");
    }

    @Test
    void noGateOpensBeforeABarrierHasPassed() throws SQLException {
        begin(EVIDENCE);

        for (int i = 0; i < 5; i++) {
            turn();
        }
        assertThat(gates()).isEmpty();
        assertThat(missing(Gate.READS)).singleElement().asString().contains("no barrier has passed");

        database.execute("INSERT INTO infill.barrier_passed SELECT id, 0 FROM infill.barrier");
        turn();
        turn();
        assertThat(gates()).isEqualTo("reads evidence");
        assertThat(missing(Gate.WRITES)).containsExactly("some changes may still wait for their repair");
        assertThat(database.value("SELECT count(*) FROM infill.barrier")).isEqualTo("2");
    }

    @Test
    void constraintsStayClosedAsLongAsRowsAreRepairedThoughAPersonApprovedTheWrites() throws SQLException {
        begin(MANUAL);
        turns();
        assertThat(missing(Gate.WRITES)).containsExactly("a person's approval: infill approve " + NAME + " writes");
        assertThat(missing(Gate.CONSTRAINTS)).containsExactly("the gate writes");
        OperatorLedger.approve(connection, NAME, Gate.WRITES, new Act("ann", "all pods are new"));
        database.execute("UPDATE infill.repair SET last_repair_at = now(), last_change_at = " + LONG_AGO);

        turns();

        assertThat(row().stage()).isEqualTo(Stage.SYNC);
        assertThat(missing(Gate.CONSTRAINTS)).singleElement().asString().contains("a row had to be repaired 0 s ago");
        assertThat(ownership()).isEqualTo("derived");

        database.execute("UPDATE infill.repair SET last_repair_at = " + LONG_AGO);
        turns();
        assertThat(row().stage()).isEqualTo(Stage.ENFORCE);
        assertThat(database.value("SELECT detail FROM infill.audit WHERE action = 'own dual'"))
                .isEqualTo("derived: gate writes is open, ann: all pods are new");
    }

    @Test
    void aPersonMayOpenTheConstraintsAndTheColumnIsHandedOverBehindABarrierStill() throws SQLException {
        begin(MANUAL);
        database.execute("UPDATE infill.repair SET last_repair_at = now()");
        for (Gate gate : Gate.values()) {
            OperatorLedger.approve(connection, NAME, gate, new Act("ann", "we know"));
        }

        turn();
        turn();
        turn();
        assertThat(row().stage()).isEqualTo(Stage.SYNC);
        assertThat(ownership()).isEqualTo("derived");

        turns();
        assertThat(row().stage()).isEqualTo(Stage.ENFORCE);
        assertThat(ownership()).isEqualTo("dual");
    }

    @Test
    void readsDoNotOpenWhereTheStalenessIsUnknown() throws SQLException {
        begin(EVIDENCE);
        database.execute("UPDATE infill.repair SET last_change_at = now()");

        turns();

        assertThat(missing(Gate.READS)).singleElement().asString().contains("staleness of repairs is not known");
        assertThat(row().stage()).isEqualTo(Stage.SYNC);
    }

    @Test
    void anOwnershipThatAnOperatorChoseIsNotContradicted() throws SQLException {
        begin(EVIDENCE);
        OperatorLedger.own(
                connection,
                NAME,
                new Move(Stage.SYNC, Ownership.DERIVED, Ownership.APPLICATION),
                new Act("ann", "new pods only"));

        turns();

        assertThat(row().stage()).isEqualTo(Stage.ENFORCE);
        assertThat(ownership()).isEqualTo("application");
        assertThat(database.value(
                        "SELECT count(*) FROM infill.audit WHERE actor = 'coordinator' AND action LIKE 'own%'"))
                .isEqualTo("0");
    }

    @Test
    void aTurnThatBeganBeforeAnOperatorsMoveChangesNothing() throws SQLException {
        begin(EVIDENCE);
        turns();
        database.execute("UPDATE infill.migration SET stage = 'sync', ownership = 'dual'");
        MigrationRow before = row();
        OperatorLedger.own(
                connection, NAME, new Move(Stage.SYNC, Ownership.DUAL, Ownership.DERIVED), new Act("ann", "back"));

        Handover.toEnforce(new Scene(session, before, SpecificationReader.read(before.specification())));

        assertThat(row().stage()).isEqualTo(Stage.SYNC);
        assertThat(ownership()).isEqualTo("derived");
    }

    @Test
    void whatWasMovedBackIsVerifiedAgain() throws SQLException {
        begin(MANUAL);
        turns();
        assertThat(gates()).isEqualTo("reads evidence");
        database.execute("UPDATE infill.migration SET ownership = 'dual'");
        OperatorLedger.own(
                connection, NAME, new Move(Stage.SYNC, Ownership.DUAL, Ownership.DERIVED), new Act("ann", "back"));

        turn();

        assertThat(row().stage()).isEqualTo(Stage.VERIFY);
        assertThat(row().memo().begun()).isFalse();
        assertThat(gates()).isEmpty();
    }

    @Test
    void theApplicationOwnsTheColumnWhenEveryConstraintIsInForce() throws SQLException {
        begin(EVIDENCE);
        turns();
        MigrationRow enforced = row();

        Handover.toComplete(new Scene(session, enforced, SpecificationReader.read(enforced.specification())));

        assertThat(row().stage()).isEqualTo(Stage.COMPLETE);
        assertThat(ownership()).isEqualTo("application");
        assertThat(database.value("SELECT detail FROM infill.audit WHERE action = 'own application'"))
                .isEqualTo("dual: every constraint is in force");
    }
}
