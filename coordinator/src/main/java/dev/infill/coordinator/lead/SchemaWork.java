package dev.infill.coordinator.lead;

import dev.infill.coordinator.ddl.Ddl;
import dev.infill.coordinator.ddl.Ddl.Work;
import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.postgres.ledger.LeaderSession.Action;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Changes of the schema as steps need them: a short one in this turn, a long one beside the loop, and why there is none yet. */
final class SchemaWork {
    private static final Action NOTHING = connection -> {};

    private final Ddl ddl;
    private final Background background;
    private final Map<String, SchemaChange> begun = new HashMap<>();

    SchemaWork(Ddl ddl, Background background) {
        this.ddl = ddl;
        this.background = background;
    }

    /** A long change that did not end well. */
    record Failed(SchemaChange change, SQLException exception) {}

    /** Whether the change was done in this turn; else the status says whom it waits for. */
    boolean apply(Scene scene, SchemaChange change) throws SQLException {
        return apply(scene, change, NOTHING);
    }

    /** The same, with what must commit with it. */
    boolean apply(Scene scene, SchemaChange change, Action before) throws SQLException {
        Optional<String> waits = ddl.apply(scene.session(), scene.name(), change, before);
        scene.holdUp(waits.orElse(null));
        return waits.isEmpty();
    }

    /** Begins a long change, unless somebody is in its way. */
    void begin(Scene scene, SchemaChange change) throws SQLException {
        begin(scene, change, Optional.empty());
    }

    /**
     * The same.
     *
     * @param parts what does it where one statement can't
     */
    void begin(Scene scene, SchemaChange change, Optional<Work> parts) throws SQLException {
        Optional<String> waits = ddl.begin(scene.session(), scene.name(), change);
        scene.holdUp(waits.orElse(null));
        if (waits.isEmpty()) {
            begun.put(scene.name(), change);
            background.start(key(scene), own -> ddl.runBeside(own, scene.name(), change, parts));
        }
    }

    /** Whether a long change of the migration has not ended yet. */
    boolean isRunning(Scene scene) {
        return background.isRunning(key(scene));
    }

    /** Writes down how the long change ended that was begun last; its failure, once. */
    Optional<Failed> settle(Scene scene) throws SQLException {
        SchemaChange change = begun.get(scene.name());
        if (change == null || isRunning(scene)) {
            return Optional.empty();
        }
        begun.remove(scene.name());
        Optional<SQLException> failure = background.takeFailure(key(scene));
        ddl.settle(scene.session(), scene.name(), change, failure.orElse(null));
        return failure.map(exception -> new Failed(change, exception));
    }

    private static String key(Scene scene) {
        return "schema of " + scene.name();
    }
}
