package dev.infill.coordinator.evidence;

import dev.infill.coordinator.migration.Evidence;
import dev.infill.coordinator.migration.Evidence.Line;
import dev.infill.coordinator.migration.Evidence.Proof;
import dev.infill.coordinator.migration.Evidence.Quiet;
import dev.infill.coordinator.migration.Freshness;
import dev.infill.postgres.ledger.CaptureLedger;
import dev.infill.postgres.ledger.CaptureLedger.Captured;
import dev.infill.postgres.ledger.GateLedger;
import dev.infill.postgres.ledger.GateLedger.Ages;
import dev.infill.postgres.ledger.PassLedger;
import dev.infill.postgres.ledger.WriterLedger;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.PassSummary;
import dev.infill.protocol.Progress;
import dev.infill.protocol.status.Writers.Writer;
import dev.infill.specification.Specification.Gates;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the evidence of a migration as it is now. Whoever asks gets the same answer, the leader or any coordinator. */
public final class EvidenceReader {
    private static final int MOST_SUSPECTS = 5;

    private final Function<String, Optional<Progress>> progress;
    private final InstantSource clock;

    /** @param progress what is known from the results topic, by migration */
    public EvidenceReader(Function<String, Optional<Progress>> progress, InstantSource clock) {
        this.progress = progress;
        this.clock = clock;
    }

    /** The migration that is asked about. */
    public record Subject(String migration, int pass, Ownership ownership, Gates gates) {}

    /** Its evidence. */
    public Evidence read(Connection connection, Subject subject) throws SQLException {
        PassSummary summary = PassLedger.summary(connection, subject.migration(), subject.pass());
        double beat =
                CaptureLedger.read(connection).map(Captured::seenSecondsAgo).orElse(1e9);
        Ages ages = GateLedger.ages(connection, subject.migration());
        Duration wanted = subject.gates().quiet();
        Quiet quiet = new Quiet(subject.ownership(), ages.repaired(), ages.differed(), wanted, List.of());
        return new Evidence(
                new Proof(
                        summary.unverified() == 0 && summary.total() > 0,
                        summary.rejected().rows()),
                new Line(Duration.ofMillis((long) (beat * 1000)), ages.barrier()),
                Freshness.of(
                        ages.changed(),
                        progress.apply(subject.migration())
                                .map(known -> known.repairs().recent()),
                        clock.instant(),
                        new Freshness.Allowed(wanted, subject.gates().staleness())),
                quiet.since().compareTo(wanted) >= 0 ? quiet : named(connection, subject, quiet));
    }

    private static Quiet named(Connection connection, Subject subject, Quiet quiet) throws SQLException {
        List<String> suspects = WriterLedger.writers(connection, subject.migration(), quiet.wanted()).each().stream()
                .filter(Writer::isKnown)
                .filter(writer -> writer.repaired() + writer.differing() > 0)
                .limit(MOST_SUSPECTS)
                .map(Writer::words)
                .toList();
        return new Quiet(quiet.ownership(), quiet.repaired(), quiet.differed(), quiet.wanted(), suspects);
    }
}
