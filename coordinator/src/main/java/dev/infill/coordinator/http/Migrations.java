package dev.infill.coordinator.http;

import dev.infill.coordinator.check.Environments;
import dev.infill.coordinator.check.Preflight;
import dev.infill.coordinator.evidence.EvidenceReader;
import dev.infill.coordinator.migration.OwnershipRule;
import dev.infill.postgres.Database;
import dev.infill.postgres.ledger.DdlLedger;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.postgres.ledger.MigrationLook;
import dev.infill.postgres.ledger.OperatorLedger;
import dev.infill.postgres.ledger.OperatorLedger.Act;
import dev.infill.postgres.ledger.OperatorLedger.Submission;
import dev.infill.postgres.ledger.OperatorLedger.Submitted;
import dev.infill.postgres.ledger.OwnershipLedger.Move;
import dev.infill.postgres.ledger.PaceLedger;
import dev.infill.postgres.ledger.StatusLedger;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Progress;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.protocol.status.PaceStatus;
import dev.infill.protocol.status.Readiness;
import dev.infill.specification.Paces;
import dev.infill.specification.Specification;
import dev.infill.specification.SpecificationException;
import dev.infill.specification.SpecificationReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What can be asked of a coordinator and told to it. A name means one migration, whichever database it is in. */
public final class Migrations {
    private final Ledgers ledgers;
    private final Statuses statuses;
    private final Readinesses readinesses;

    /**
     * Opens nothing yet.
     *
     * @param progress what is known from the results topic, by migration
     * @param clock for rates and the age of measurements only
     */
    public Migrations(List<Database> databases, Function<String, Optional<Progress>> progress, InstantSource clock) {
        this.ledgers = new Ledgers(databases);
        this.statuses = new Statuses(progress, new Speedometer(clock), clock);
        this.readinesses = new Readinesses(new EvidenceReader(progress, clock));
    }

    /** A migration's status, and whether it was there before. */
    record Accepted(MigrationStatus status, boolean created) {}

    private record Found(Database database, MigrationStatus status) {}

    /** Checks a specification and enters it into the ledger. */
    Accepted submit(String text, String actor) {
        Specification specification = read(text);
        Database database = ledgers.named(specification.database());
        String name = specification.migration();
        Optional<Found> known = find(name);
        if (known.isPresent() && !mayBeUsedAgain(known.get().status())) {
            return same(known.get(), database, text);
        }
        return ledgers.in(database, connection -> {
            Preflight.Outcome outcome = Preflight.check(connection, specification, new Environments(ledgers.all()));
            Submission submission = new Submission(
                    text,
                    outcome.resolved().orElseThrow(() -> Problems.refusedByCheck(outcome.findings())),
                    outcome.findings());
            LedgerSchema.createIfMissing(connection);
            Submitted submitted = OperatorLedger.submit(connection, submission, new Act(actor, ""));
            return switch (submitted) {
                case INSERTED -> new Accepted(look(database, connection, name), true);
                case NAME_TAKEN -> same(new Found(database, look(database, connection, name)), database, text);
                case TABLE_TAKEN ->
                    throw Problems.conflict(
                            "table-taken",
                            "another migration of " + specification.table()
                                    + " was submitted at the same moment; submit again to see which");
            };
        });
    }

    private static Specification read(String text) {
        try {
            return SpecificationReader.read(text);
        } catch (SpecificationException e) {
            throw Problems.badSpecification(e);
        }
    }

    /** What was cancelled or rolled back may be tried again under its name; what is complete is not done twice by accident. */
    private static boolean mayBeUsedAgain(MigrationStatus status) {
        return status.outcome() != null && !status.outcome().equals("complete");
    }

    /** Submitting the same text twice is submitting it once. */
    private Accepted same(Found known, Database database, String text) {
        String name = known.status().migration();
        if (known.status().outcome() != null) {
            throw Problems.conflict(
                    "name-taken", "migration '" + name + "' is complete; give another one another name");
        }
        Optional<String> submitted =
                ledgers.in(known.database(), connection -> OperatorLedger.specification(connection, name));
        if (!known.database().equals(database)
                || !submitted.map(Migrations::comparable).equals(Optional.of(comparable(text)))) {
            throw Problems.conflict(
                    "name-taken",
                    "migration '" + name + "' is there already with another specification; cancel it or choose another"
                            + " name");
        }
        return new Accepted(known.status(), false);
    }

    private static String comparable(String text) {
        return text.replace("\r\n", "\n").strip();
    }

    /** Every migration, those that are over at the end; of one database where one is named. */
    List<MigrationStatus> all(@Nullable String database) {
        List<Database> asked = database == null ? ledgers.all() : List.of(ledgers.named(database));
        List<MigrationStatus> running = new ArrayList<>();
        List<MigrationStatus> finished = new ArrayList<>();
        for (Database each : asked) {
            ledgers.in(each, connection -> {
                running.addAll(running(each, connection, null));
                Set<String> names = Set.copyOf(
                        running.stream().map(MigrationStatus::migration).toList());
                finished(each, connection, null).stream()
                        .filter(status -> !names.contains(status.migration()))
                        .forEach(finished::add);
                return true;
            });
        }
        running.addAll(finished);
        return running;
    }

    /** Where a migration stands; how it ended where it is over. */
    MigrationStatus status(String name) {
        return find(name).orElseThrow(() -> Problems.unknownMigration(name)).status();
    }

    private Optional<Found> find(String name) {
        Optional<Found> running = ledgers.find((database, connection) ->
                running(database, connection, name).stream().findFirst().map(status -> new Found(database, status)));
        return running.isPresent()
                ? running
                : ledgers.find((database, connection) -> finished(database, connection, name).stream()
                        .findFirst()
                        .map(status -> new Found(database, status)));
    }

    private List<MigrationStatus> running(Database database, Connection connection, @Nullable String name)
            throws SQLException {
        List<MigrationStatus> running = new ArrayList<>();
        if (LedgerSchema.exists(connection)) {
            for (MigrationLook look : StatusLedger.looks(connection, name)) {
                running.add(statuses.running(database.name(), look, DdlLedger.status(connection, look.name())));
            }
        }
        return running;
    }

    private List<MigrationStatus> finished(Database database, Connection connection, @Nullable String name)
            throws SQLException {
        List<MigrationReport> reports =
                LedgerSchema.exists(connection) ? StatusLedger.summaries(connection, name) : List.of();
        return reports.stream()
                .map(report -> statuses.finished(database.name(), report))
                .toList();
    }

    private static List<MigrationReport> reports(Connection connection, @Nullable String name) throws SQLException {
        return LedgerSchema.exists(connection) ? StatusLedger.reports(connection, name) : List.of();
    }

    private MigrationStatus look(Database database, Connection connection, String name) throws SQLException {
        return running(database, connection, name).stream()
                .findFirst()
                .orElseThrow(() -> Problems.unknownMigration(name));
    }

    /** What stays of a migration that is over. */
    MigrationReport report(String name) {
        Optional<MigrationReport> report = ledgers.find(
                (database, connection) -> reports(connection, name).stream().findFirst());
        return report.orElseThrow(
                () -> find(name).isPresent() ? Problems.noReport(name) : Problems.unknownMigration(name));
    }

    /** Gives a migration another standing; one that it has already is no mistake. */
    MigrationStatus command(String name, Command command, String actor) {
        Found known = running(name);
        return ledgers.in(known.database(), connection -> {
            OperatorLedger.stand(connection, name, command.from(), command.to(), new Act(actor, ""));
            MigrationStatus now = look(known.database(), connection, name);
            if (now.standing() != command.to()) {
                throw Problems.conflict(
                        "not-now",
                        "migration '" + name + "' is " + now.standing().word() + "; " + command.word()
                                + " is possible while it is " + words(command.from()));
            }
            return now;
        });
    }

    private static String words(Set<Standing> standings) {
        return String.join(", ", standings.stream().sorted().map(Standing::word).toList());
    }

    /** Opens a gate on a person's word. */
    MigrationStatus approve(String name, Gate gate, Act act) {
        Found known = running(name);
        boolean open = known.status().gates().stream().anyMatch(status -> status.gate() == gate && status.open());
        if (known.status().stage() != Stage.SYNC && !open) {
            throw Problems.conflict(
                    "too-early",
                    "gate " + gate.word() + " is opened in stage sync, when the column is proven; migration '" + name
                            + "' is in " + known.status().stage().word());
        }
        return ledgers.in(known.database(), connection -> {
            OperatorLedger.approve(connection, name, gate, act);
            return look(known.database(), connection, name);
        });
    }

    /** Whether a pipeline may switch what it asks for. */
    Readiness ready(String name, Gate question) {
        Found known = find(name).orElseThrow(() -> Problems.unknownMigration(name));
        return known.status().outcome() != null
                ? Readinesses.ofOver(known.status(), question)
                : ledgers.in(
                        known.database(),
                        connection ->
                                readinesses.of(connection, known.status(), question, specification(connection, name)));
    }

    /** Gives the column another owner. One that it has already is no mistake. */
    MigrationStatus own(String name, Ownership to, boolean force, Act act) {
        Found known = running(name);
        OwnershipRule.refusal(known.status().stage(), known.status().ownership(), to, force)
                .ifPresent(refusal -> {
                    throw Problems.conflict(refusal.code(), refusal.why());
                });
        if (known.status().ownership() == to) {
            return known.status();
        }
        Move move = new Move(known.status().stage(), known.status().ownership(), to);
        return ledgers.in(known.database(), connection -> {
            if (!OperatorLedger.own(connection, name, move, act)) {
                throw Problems.conflict(
                        "moved-meanwhile", "migration '" + name + "' has moved on meanwhile; ask again");
            }
            return look(known.database(), connection, name);
        });
    }

    /** How hard a migration may push and does. */
    PaceStatus pace(String name) {
        Found known = running(name);
        return ledgers.in(known.database(), connection -> pace(connection, name, known.status()));
    }

    /** Changes how hard a migration may push, from the next second on; null: as it was submitted. */
    PaceStatus changePace(String name, @Nullable String patch, String actor) {
        Found known = running(name);
        return ledgers.in(known.database(), connection -> {
            String specification = specification(connection, name);
            String before = PaceLedger.wanted(connection, name).orElse(null);
            String after = patch == null ? null : patched(specification, before, patch);
            PaceLedger.want(connection, name, after, new Act(actor, Paces.words(specification, after)));
            return pace(connection, name, known.status());
        });
    }

    private static String patched(String specification, @Nullable String before, String patch) {
        try {
            return Paces.patched(specification, before, patch);
        } catch (SpecificationException e) {
            throw Problems.badPace(e);
        }
    }

    private static PaceStatus pace(Connection connection, String name, MigrationStatus status) throws SQLException {
        Optional<String> changed = PaceLedger.wanted(connection, name);
        return new PaceStatus(
                name,
                status.speed().pace(),
                status.speed().throttledBy(),
                Paces.words(specification(connection, name), changed.orElse(null)),
                changed.isPresent(),
                PaceLedger.signals(connection, name),
                PaceLedger.protection(connection, name));
    }

    private static String specification(Connection connection, String name) throws SQLException {
        return OperatorLedger.specification(connection, name).orElseThrow(() -> Problems.unknownMigration(name));
    }

    private Found running(String name) {
        Found known = find(name).orElseThrow(() -> Problems.unknownMigration(name));
        if (known.status().outcome() != null) {
            throw Problems.conflict(
                    "over",
                    "migration '" + name + "' is over: " + known.status().outcome());
        }
        return known;
    }
}
