package dev.infill.coordinator.lead;

import dev.infill.coordinator.kafka.TopicSetup;
import dev.infill.coordinator.postgres.Capture;
import dev.infill.coordinator.postgres.PageRanges;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.CaptureLedger;
import dev.infill.postgres.ledger.CaptureLedger.Captured;
import dev.infill.postgres.ledger.GateLedger;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.Memo;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.MigrationRow;
import dev.infill.postgres.ledger.StatusLedger;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.Topics;
import dev.infill.specification.Specification;
import dev.infill.specification.SpecificationReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a leader does in a turn: looks after the capture, tells everybody what to do, takes each migration a step on. */
public final class Leadership implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Leadership.class);
    private static final long CARE_NANOS = 1_000_000_000L;
    /** A topic of results that somebody deleted would keep the gate {@code reads} closed: what is not measured is not known. */
    private static final long ENSURE_NANOS = 60_000_000_000L;

    private final TopicSetup setup;
    private final Topics topics;
    private final Tools tools;
    private final Map<Stage, StageStep> steps;
    private final StageStep end;
    private final Set<String> introduced = new HashSet<>();
    /** By their texts, because reading one in each turn took half of the leader's time. */
    private final Map<String, Specification> specifications = new HashMap<>();

    private long caredNanos = System.nanoTime() - CARE_NANOS;
    private long ensuredNanos = System.nanoTime() - ENSURE_NANOS;

    /**
     * The pieces that belong together for one leadership.
     *
     * @param lanes partitions of tasks topics
     */
    record Tools(CaptureCare care, Direction direction, Background background, LeaderMeters meters, int lanes) {}

    Leadership(TopicSetup setup, Topics topics, Tools tools, Map<Stage, StageStep> steps) {
        this.setup = setup;
        this.topics = topics;
        this.tools = tools;
        this.steps = Map.copyOf(steps);
        this.end = stepOf(Stage.COMPLETE);
    }

    /** One turn. What fails for one migration does not hold up the others. */
    void turn(LeaderSession session) throws SQLException {
        List<MigrationRow> rows = MigrationLedger.all(session.connection());
        if (System.nanoTime() - ensuredNanos >= ENSURE_NANOS) {
            setup.ensureShared();
            ensuredNanos = System.nanoTime();
        }
        for (MigrationRow row : rows) {
            introduce(row);
        }
        specifications
                .keySet()
                .retainAll(rows.stream().map(MigrationRow::specification).toList());
        if (System.nanoTime() - caredNanos >= CARE_NANOS) {
            caredNanos = System.nanoTime();
            tools.direction().announce(session, rows, introduced);
            tools.care().look(session);
            measure(session);
            rows = MigrationLedger.all(session.connection()); // the pace is part of the memo that the steps save
        }
        Optional<Captured> captured = CaptureLedger.read(session.connection());
        for (MigrationRow row : rows) {
            step(session, row, captured.map(Captured::gaps).orElse(0L));
        }
    }

    private void measure(LeaderSession session) throws SQLException {
        Connection connection = session.connection();
        tools.meters()
                .show(
                        StatusLedger.looks(connection, null),
                        Capture.retainedWalBytes(connection, Capture.slotName(connection)));
    }

    /** A migration is announced only when its tasks topic is there, so that workers find it at once. */
    private void introduce(MigrationRow row) {
        boolean serves = row.stage().compareTo(Stage.CAPTURE) >= 0 && !Direction.isEnding(row);
        if (serves && !introduced.contains(row.name())) {
            setup.ensureKept(topics.tasks(row.name()), tools.lanes());
            introduced.add(row.name());
        }
    }

    private void step(LeaderSession session, MigrationRow row, long gaps) throws SQLException {
        try {
            Specification specification =
                    specifications.computeIfAbsent(row.specification(), SpecificationReader::read);
            Scene scene = new Scene(session, row, specification);
            if (Direction.isEnding(row)) {
                tools.direction().announceNow(session, row);
                end.take(scene);
            } else if (row.standing() == Standing.RUNNING) {
                if (!isVoidedByGap(scene, gaps) && !hasOtherPartitions(scene)) {
                    stepOf(row.stage()).take(scene);
                }
            }
        } catch (SQLException e) {
            handle(session, row, e);
        }
    }

    private StageStep stepOf(Stage stage) {
        StageStep step = steps.get(stage);
        if (step == null) {
            throw new IllegalStateException("stage " + stage + " has no step");
        }
        return step;
    }

    /** What was filled may have missed changes: captured, filled and verified again, over the ranges that are known. */
    private boolean isVoidedByGap(Scene scene, long gaps) throws SQLException {
        boolean trusts = scene.row().stage().compareTo(Stage.CAPTURE) > 0;
        if (!trusts || gaps == scene.memo().gaps()) {
            return false;
        }
        log.warn("Migration {}: changes may have been missed, so it is filled and verified again.", scene.name());
        scene.session().fencedAction(c -> {
            Memo memo = scene.memo().withBarrier(null, 0).withSnapshot(null).withBegun(false);
            GateLedger.closeEvidenced(c, scene.name());
            MigrationLedger.audit(c, scene.name(), "gap", "the log has a hole: filling and verifying again");
            MigrationLedger.move(c, scene.name(), Stage.CAPTURE, memo);
        });
        return true;
    }

    /** Rows of a partition that was attached came without a change that the log tells of: filled wherever we stand. */
    private boolean hasOtherPartitions(Scene scene) throws SQLException {
        Stage stage = scene.row().stage();
        boolean cut = scene.memo().cutDone() && stage.compareTo(Stage.FILL) >= 0 && stage != Stage.COMPLETE;
        if (!cut
                || !PageRanges.isPartitioned(scene.connection(), scene.migration())
                || !PageRanges.haveChanged(scene.connection(), scene.migration())) {
            return false;
        }
        boolean verified = stage.compareTo(Stage.VERIFY) > 0;
        log.info("Migration {}: partitions came or went; what came is filled and verified.", scene.name());
        scene.session().fencedAction(c -> {
            PageRanges.followPartitions(c, scene.migration());
            MigrationLedger.audit(c, scene.name(), "partitions", "partitions came or went");
            if (verified) {
                GateLedger.closeEvidenced(c, scene.name());
                MigrationLedger.move(
                        c,
                        scene.name(),
                        Stage.VERIFY,
                        scene.memo().withBegun(false).withBarrier(null, 0));
            }
        });
        return true;
    }

    private void handle(LeaderSession session, MigrationRow row, SQLException exception) throws SQLException {
        Failure failure = Failure.of(exception);
        boolean concernsAll = failure.isConnectionLost();
        boolean passes = switch (failure.policy()) {
            case RETRY, THROTTLE -> true;
            case REJECT, STOP -> false;
        };
        if (concernsAll) {
            throw exception;
        }
        if (passes) {
            log.info(
                    "Migration {}: stage {} is tried again ({}).",
                    row.name(),
                    row.stage().word(),
                    failure.words());
            return;
        }
        log.error(
                "Migration {} stops in stage {} ({}).", row.name(), row.stage().word(), failure.words(), exception);
        session.fencedAction(c -> MigrationLedger.halt(
                c, row.name(), Standing.FAILED, "stage " + row.stage().word() + " failed (" + failure.words() + ")"));
    }

    @Override
    public void close() {
        tools.background().close();
        tools.meters().forget();
        tools.direction().close();
    }
}
