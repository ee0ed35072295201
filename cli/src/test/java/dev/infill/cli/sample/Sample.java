package dev.infill.cli.sample;

import dev.infill.protocol.Column;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.TableName;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.MigrationReport.Growth;
import dev.infill.protocol.status.MigrationReport.StageTime;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.protocol.status.MigrationStatus.GateStatus;
import dev.infill.protocol.status.MigrationStatus.Ranges;
import dev.infill.protocol.status.MigrationStatus.Rows;
import dev.infill.protocol.status.MigrationStatus.Speed;
import dev.infill.protocol.status.MigrationStatus.Staleness;
import dev.infill.protocol.status.MigrationStatus.Work;
import dev.infill.protocol.status.OwnershipMove;
import dev.infill.protocol.status.Promise;
import dev.infill.protocol.status.Proof;
import dev.infill.protocol.status.Protection;
import dev.infill.protocol.status.SchemaChangeReport;
import dev.infill.protocol.status.SchemaStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A migration in the middle of its fill, and what may become of it. */
public record Sample(
        Stage stage,
        Standing standing,
        @Nullable String problem,
        @Nullable String outcome,
        long mismatches,
        List<Finding> findings,
        SchemaStatus schema,
        @Nullable OwnershipMove move) {
    private static final Instant BEGIN = Instant.parse("2026-03-01T10:00:00Z");
    private static final Staleness STALENESS = new Staleness(12.3, 48, 130);

    /** A statement that others waited for. */
    public static final SchemaChangeReport CHANGE = new SchemaChangeReport(
            "adding column total_cents", "ACCESS EXCLUSIVE", 2, 3.4, 212.4, 3.1, 203, true, null);

    public static Sample filling() {
        return new Sample(Stage.FILL, Standing.RUNNING, null, null, 0, List.of(), SchemaStatus.NONE, null);
    }

    public Sample in(Stage next) {
        return new Sample(next, standing, problem, outcome, mismatches, findings, schema, move);
    }

    public Sample standing(Standing next, @Nullable String why) {
        return new Sample(stage, next, why, outcome, mismatches, findings, schema, move);
    }

    public Sample over(String how) {
        return new Sample(Stage.COMPLETE, standing, problem, how, mismatches, findings, schema, move);
    }

    public Sample mismatches(long rows) {
        return new Sample(stage, standing, problem, outcome, rows, findings, schema, move);
    }

    public Sample findings(Finding... found) {
        return new Sample(stage, standing, problem, outcome, mismatches, List.of(found), schema, move);
    }

    public Sample schema(SchemaStatus next) {
        return new Sample(stage, standing, problem, outcome, mismatches, findings, next, move);
    }

    /** Given to both by somebody. */
    public Sample owned(String by, String why) {
        var given = new OwnershipMove(Ownership.DERIVED, Ownership.DUAL, by, BEGIN, why);
        return new Sample(stage, standing, problem, outcome, mismatches, findings, schema, given);
    }

    public MigrationStatus status() {
        boolean filling = stage == Stage.FILL;
        return new MigrationStatus(
                "orders-total-cents",
                "shop",
                "public.orders",
                "total_cents",
                stage,
                standing,
                problem,
                outcome,
                move == null ? Ownership.DERIVED : move.to(),
                move,
                BEGIN,
                BEGIN.plusSeconds(3),
                new Work(
                        new Ranges(13, filling ? 5 : 0, filling ? 2 : 0, filling ? 6 : 13, 0, 0),
                        filling ? 7 : 0,
                        new Rows(500_000, 271_340, 0, 1203, 311, 0, mismatches),
                        "key ranges (correlation of the key with the physical order: 1.00); 16 stripes (pages are full)"),
                new Speed(filling ? 85_210.4 : 0, filling ? 3L : null, 1, null, STALENESS),
                gates(),
                findings,
                schema);
    }

    private static List<GateStatus> gates() {
        return List.of(
                new GateStatus(Gate.READS, true, "evidence", BEGIN, List.of()),
                new GateStatus(Gate.WRITES, false, null, null, List.of("5 s without a repair, it is 2 s so far")));
    }

    public static Finding blocking() {
        return new Finding(
                "column-exists-with-other-type",
                Finding.Severity.BLOCK,
                "public.orders.total_cents is there already with type text.",
                "Infill fills only a column of the type asked for.",
                "drop it",
                "ALTER TABLE public.orders DROP COLUMN total_cents;",
                "column.type");
    }

    public static MigrationReport report() {
        return new MigrationReport(
                "orders-total-cents",
                "complete",
                "public.orders",
                "total_cents",
                BEGIN,
                BEGIN.plusMillis(42_300),
                List.of(new StageTime(Stage.CHECK, 0.4), new StageTime(Stage.FILL, 9.26)),
                new Rows(500_000, 498_112, 500_213, 5871, 1204, 0, 0),
                13,
                "key ranges (correlation of the key with the physical order: 1.00); 16 stripes (pages are full)",
                new Growth(313_524_224, 85_983_232, 98_566_144, 45_088_768, 47_185_920),
                STALENESS,
                gates(),
                new Protection(3.7, 0.4, List.of(new Protection.Rest("application latency", 3.7))),
                promise(),
                proof(),
                List.of(CHANGE),
                List.of());
    }

    private static Promise promise() {
        Migration.Fill fill = new Migration.Fill("round(total * 100)::bigint", Migration.Keep.DERIVED);
        Migration definition = new Migration(
                "orders-total-cents",
                "shop",
                new TableName("public", "orders"),
                List.of(new Column("id", "bigint")),
                new Column("total_cents", "bigint"),
                fill);
        return new Promise(
                definition,
                true,
                List.of(new Promise.Index("orders_total_cents_idx", List.of("total_cents"))),
                List.of(new Promise.Constraint("orders_total_cents_positive", "CHECK (total_cents >= 0\n)")),
                "migration: orders-total-cents\n");
    }

    private static Proof proof() {
        Instant first = BEGIN.plusSeconds(20);
        Instant last = BEGIN.plusSeconds(22);
        return new Proof(
                "18.6",
                Ownership.DERIVED,
                new Proof.Digest("00f1e2d3c4b5a697", 500_213, first, last),
                List.of(
                        range(0, List.of(), List.of("40001"), "1111111111111111", first, 0),
                        range(1, List.of("40001"), List.of(), "11e0f3c2d5a4b786", last, 3)),
                new Proof.Faults(1, 3, 0, 0, 0, List.of()),
                List.of(
                        new Proof.Approval(Gate.READS, "evidence", BEGIN.plusSeconds(30), "verified, no row refused"),
                        new Proof.Approval(Gate.WRITES, "ada", BEGIN.plusSeconds(40), "release 7 is out")),
                List.of(
                        new Proof.Act(BEGIN, "ada", "submit", ""),
                        new Proof.Act(BEGIN.plusSeconds(40), "ada", "approve writes", "release 7 is out")));
    }

    private static Proof.Range range(
            int number, List<String> from, List<String> to, String digest, Instant at, int errors) {
        return new Proof.Range(
                number,
                from,
                to,
                null,
                250_106 + number,
                249_056,
                0,
                digest,
                at,
                0.8,
                at,
                number,
                errors,
                errors == 0 ? null : "SQLSTATE 55P03");
    }
}
