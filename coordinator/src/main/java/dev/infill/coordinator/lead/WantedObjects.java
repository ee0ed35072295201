package dev.infill.coordinator.lead;

import dev.infill.coordinator.postgres.Constraints;
import dev.infill.coordinator.postgres.Indexes;
import dev.infill.protocol.Column;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration;
import dev.infill.protocol.status.Promise;
import dev.infill.specification.Specification;
import dev.infill.specification.Specification.Index;
import java.util.ArrayList;
import java.util.List;

/** The specification's indexes and constraints as the database will have them. */
final class WantedObjects {
    private WantedObjects() {}

    static Indexes.Wanted index(Migration migration, Index index) {
        return new Indexes.Wanted(migration.table(), index.name(), index.unique(), index.definition());
    }

    static List<Constraints.Wanted> constraints(Scene scene) {
        Migration migration = scene.migration();
        List<Constraints.Wanted> wanted = new ArrayList<>();
        for (Specification.Check check : scene.specification().constraints().checks()) {
            wanted.add(new Constraints.Wanted(migration.table(), check.name(), "CHECK (" + check.expression() + "\n)"));
        }
        scene.specification()
                .foreignKey()
                .ifPresent(key -> wanted.add(new Constraints.Wanted(
                        migration.table(),
                        key.name(),
                        "FOREIGN KEY (" + migration.column().quoted() + ") REFERENCES "
                                + key.table().quoted() + " (" + Identifier.quote(key.column()) + ")",
                        key.table())));
        return wanted;
    }

    /** All of it, for the report. */
    static Promise promise(Scene scene) {
        return new Promise(
                scene.migration(),
                scene.specification().constraints().notNull(),
                scene.specification().indexes().stream()
                        .map(index -> new Promise.Index(
                                index.name(),
                                index.columns().stream()
                                        .map(key -> key.isExpression() ? "(" + key.text() + ")" : key.text())
                                        .toList()))
                        .toList(),
                constraints(scene).stream()
                        .map(constraint -> new Promise.Constraint(
                                constraint.name(), constraint.definition().strip()))
                        .toList(),
                scene.row().specification());
    }

    /** The CHECK that proves NOT NULL before PostgreSQL 18; ours, and dropped when it has served. */
    static Constraints.Wanted notNullProof(Migration migration, Column column) {
        int place = migration.columns().indexOf(column);
        return new Constraints.Wanted(
                migration.table(),
                "infill_nn_" + (place == 0 ? "" : place + "_") + migration.name(),
                "CHECK (" + column.quoted() + " IS NOT NULL)");
    }
}
