package dev.infill.coordinator.http;

import dev.infill.coordinator.evidence.EvidenceReader;
import dev.infill.coordinator.evidence.EvidenceReader.Subject;
import dev.infill.coordinator.migration.Evidence;
import dev.infill.coordinator.migration.Freshness;
import dev.infill.postgres.ledger.GateLedger;
import dev.infill.postgres.ledger.StatusLedger;
import dev.infill.postgres.ledger.WriterLedger;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.protocol.status.MigrationStatus.GateStatus;
import dev.infill.protocol.status.Readiness;
import dev.infill.protocol.status.Readiness.Measured;
import dev.infill.protocol.status.Writers;
import dev.infill.specification.Specification.Gates;
import dev.infill.specification.Specification.Opening;
import dev.infill.specification.SpecificationReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Answers pipelines. A gate that a person opened stays open; one that evidence opened is good for as long as the evidence is:
 * a pipeline that switches now asks about now.
 */
final class Readinesses {
    private static final Duration LIST = Duration.ofMinutes(10);
    private static final Measured NOTHING = new Measured(0, 0, null, 0, Writers.NONE);

    private final EvidenceReader evidence;

    Readinesses(EvidenceReader evidence) {
        this.evidence = evidence;
    }

    /** Of a migration that is over: everything may be done with a column that is complete, nothing with another. */
    static Readiness ofOver(MigrationStatus status, Gate question) {
        List<String> missing =
                "complete".equals(status.outcome()) ? List.of() : List.of("the migration is over: " + status.outcome());
        return answer(status, question, missing, NOTHING);
    }

    Readiness of(Connection connection, MigrationStatus status, Gate question, String specification)
            throws SQLException {
        Gates gates = SpecificationReader.read(specification).gates();
        int pass = StatusLedger.looks(connection, status.migration()).stream()
                .mapToInt(look -> look.pass())
                .findFirst()
                .orElse(0);
        Evidence now = evidence.read(connection, new Subject(status.migration(), pass, status.ownership(), gates));
        Set<Gate> open = GateLedger.open(connection, status.migration());
        Duration period = gates.quiet().compareTo(LIST) > 0 ? gates.quiet() : LIST;
        Writers writers = WriterLedger.writers(connection, status.migration(), period);
        List<String> missing = whatHoldsIt(status)
                .orElseGet(() -> status.stage().compareTo(Stage.SYNC) > 0
                        ? List.of() // no stage is left before what it needs is there
                        : missing(status, question, gates, now.missing(question, open)));
        return answer(status, question, missing, measured(now, gates, writers));
    }

    private static Optional<List<String>> whatHoldsIt(MigrationStatus status) {
        boolean mayWait = status.standing() == Standing.RUNNING
                // Nobody looks after the gates then, and a pipeline should not be faster than whoever paused it.
                || (status.standing() == Standing.PAUSED && status.stage().compareTo(Stage.SYNC) > 0);
        if (!mayWait) {
            return Optional.of(List.of("the migration is " + status.standing().word()
                    + (status.problem() == null ? "" : ": " + status.problem())));
        }
        return status.stage().compareTo(Stage.SYNC) >= 0
                ? Optional.empty()
                : Optional.of(List.of("the column is not proven yet, the migration is in "
                        + status.stage().word()));
    }

    private static List<String> missing(MigrationStatus status, Gate question, Gates gates, List<String> evidence) {
        GateStatus gate = status.gates().stream()
                .filter(each -> each.gate() == question)
                .findFirst()
                .orElseThrow();
        if (gate.open()) {
            return "evidence".equals(gate.openedBy()) ? evidence : List.of();
        }
        // What the leader noted is about another moment, but it knows of persons and barriers.
        Set<String> all = new LinkedHashSet<>(evidence);
        if (all.isEmpty() || isManual(question, gates)) {
            all.addAll(gate.missing());
        }
        return all.isEmpty() ? List.of("the coordinator has not opened the gate yet") : List.copyOf(all);
    }

    private static boolean isManual(Gate gate, Gates gates) {
        return switch (gate) {
            case READS -> gates.reads() == Opening.MANUAL;
            case WRITES -> gates.writes() == Opening.MANUAL;
            case CONSTRAINTS -> false;
        };
    }

    private static Measured measured(Evidence evidence, Gates gates, Writers writers) {
        Double p99 = evidence.freshness() instanceof Freshness.Measured measured
                ? measured.p99().toNanos() / 1e6
                : null;
        return new Measured(
                evidence.quiet().since().toMillis() / 1000.0,
                gates.quiet().toMillis() / 1000.0,
                p99,
                gates.staleness().toMillis(),
                writers);
    }

    private static Readiness answer(MigrationStatus status, Gate question, List<String> missing, Measured measured) {
        return new Readiness(
                status.migration(),
                question,
                missing.isEmpty(),
                status.stage(),
                status.standing(),
                status.ownership(),
                missing,
                measured);
    }
}
