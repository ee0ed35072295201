package dev.infill.coordinator.lead;

import dev.infill.coordinator.check.IndexLikeness;
import dev.infill.coordinator.ddl.Ddl.Work;
import dev.infill.coordinator.lead.SchemaWork.Failed;
import dev.infill.coordinator.postgres.Indexes;
import dev.infill.coordinator.postgres.Indexes.Wanted;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.DdlLedger;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.specification.Specification.Index;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Builds the indexes, one after the other, and removes what ended builds left behind: before anything else, because a unique
 * index that could not be built still refuses the application's writes.
 */
final class IndexStep implements StageStep {
    private static final String NOT_UNIQUE = "23505";

    private final SchemaWork schema;
    /** Why an index can't be built, until its leftover is removed and the migration has stopped. */
    private final Map<String, String> problems = new HashMap<>();

    IndexStep(SchemaWork schema) {
        this.schema = schema;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        if (schema.isRunning(scene)) {
            return;
        }
        Optional<Failed> failed = schema.settle(scene);
        if (failed.isPresent()) {
            judge(scene, failed.get());
            return;
        }
        for (Index index : scene.specification().indexes()) {
            if (!isBuilt(scene, index)) {
                return;
            }
        }
        scene.session().fencedAction(c -> {
            DdlLedger.close(c, scene.name());
            MigrationLedger.move(c, scene.name(), Stage.SYNC, scene.memo());
        });
    }

    private boolean isBuilt(Scene scene, Index index) throws SQLException {
        Wanted wanted = WantedObjects.index(scene.migration(), index);
        Indexes.State state = Indexes.state(scene.connection(), wanted);
        switch (state) {
            case VALID -> {
                return isWhatIsWanted(scene, index, wanted);
            }
            case INVALID -> {
                // What is built of a partitioned table's index is kept, unless it can't be finished.
                boolean goesOn = !problems.containsKey(key(scene, index))
                        && Indexes.isPartitioned(scene.connection(), wanted.table());
                if (!isHeldUp(scene, wanted)) {
                    schema.begin(
                            scene,
                            goesOn ? Indexes.building(wanted) : Indexes.removal(wanted),
                            parts(scene, wanted, goesOn));
                }
            }
            case MISSING -> {
                String problem = problems.remove(key(scene, index));
                if (problem != null) {
                    halt(scene, problem);
                } else if (!isHeldUp(scene, wanted)) {
                    schema.begin(scene, Indexes.building(wanted), parts(scene, wanted, true));
                }
            }
        }
        return false;
    }

    /** An index of a partitioned table is built, or dropped, by more than one statement. */
    static Optional<Work> parts(Scene scene, Wanted index, boolean builds) throws SQLException {
        if (!Indexes.isPartitioned(scene.connection(), index.table())) {
            return Optional.empty();
        }
        return Optional.of(builds ? own -> Indexes.buildParts(own, index) : own -> Indexes.dropParts(own, index));
    }

    /** What this migration built is what it wants; another one may have come since the check. */
    private static boolean isWhatIsWanted(Scene scene, Index index, Wanted wanted) throws SQLException {
        String what = Indexes.building(wanted).what();
        if (DdlLedger.isOurs(scene.connection(), scene.name(), what)
                || IndexLikeness.isThere(scene.connection(), wanted.table(), index)) {
            return true;
        }
        halt(
                scene,
                "there is another index " + index.name() + " by now: rename or drop it, then resume;"
                        + " Infill would build another one under this name");
        return false;
    }

    private static boolean isHeldUp(Scene scene, Wanted index) throws SQLException {
        boolean held = Indexes.isBuilding(scene.connection(), index.table());
        if (held) {
            scene.holdUp("another session builds an index of " + index.table());
        }
        return held;
    }

    private void judge(Scene scene, Failed failed) throws SQLException {
        Failure failure = Failure.of(failed.exception());
        switch (failure.policy()) {
            case RETRY, THROTTLE ->
                scene.holdUp(failed.change().what() + " failed (" + failure.words() + "), it is tried again");
            case REJECT, STOP -> {
                Optional<Index> broken = scene.specification().indexes().stream()
                        .filter(index -> Indexes.building(WantedObjects.index(scene.migration(), index))
                                .what()
                                .equals(failed.change().what()))
                        .findFirst();
                if (broken.isPresent()) {
                    problems.put(key(scene, broken.get()), problem(scene, broken.get(), failure));
                } else {
                    halt(scene, failed.change().what() + " failed (" + failure.words() + ")");
                }
            }
        }
    }

    private static String problem(Scene scene, Index index, Failure failure) {
        if (!failure.sqlState().equals(NOT_UNIQUE)) {
            return "index " + index.name() + " can't be built (" + failure.words()
                    + "): mend the rows, or cancel and submit another specification, then resume";
        }
        String keys = index.keys().replace("\n", "");
        return "unique index " + index.name() + " can't be built, because rows have equal values (" + failure.words()
                + "); what was built of it is removed. Find them with SELECT " + keys + ", count(*) FROM "
                + scene.migration().table().quoted()
                + (index.where().isEmpty() ? "" : " WHERE " + index.where())
                + " GROUP BY " + keys + " HAVING count(*) > 1; mend them, then resume";
    }

    private static void halt(Scene scene, String problem) throws SQLException {
        scene.session().fencedAction(c -> MigrationLedger.halt(c, scene.name(), Standing.FAILED, problem));
    }

    private static String key(Scene scene, Index index) {
        return scene.name() + "/" + index.name();
    }
}
