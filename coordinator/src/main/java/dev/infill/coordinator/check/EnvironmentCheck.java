package dev.infill.coordinator.check;

import dev.infill.coordinator.check.Sightings.Sighting;
import dev.infill.postgres.Failure;
import dev.infill.protocol.Column;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.protocol.status.CheckReport.Comparison;
import dev.infill.protocol.status.CheckReport.Comparison.Row;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares the databases that the specification names: what differs there will differ in what was rehearsed. */
final class EnvironmentCheck {
    private static final String VALUES = "expression's values";
    private static final Set<String> OF_A_COLUMN =
            Set.of(VALUES, Environment.DEFAULT, Environment.DEFAULT_TEXT, Environment.WANTED_DEFAULT);

    private final Specification specification;
    private final Environments environments;
    private final Findings findings;

    EnvironmentCheck(Specification specification, Environments environments, Findings findings) {
        this.specification = specification;
        this.environments = environments;
        this.findings = findings;
    }

    /**
     * Compares.
     *
     * @param connection into the specification's own database
     */
    Comparison compare(Connection connection, Resolution resolution) throws SQLException {
        Migration migration = resolution.migration();
        Set<String> names = new LinkedHashSet<>(specification.environments());
        names.add(specification.database());
        if (names.size() < 2) {
            return Comparison.NONE;
        }
        Sightings sightings = Sightings.choose(connection, resolution);
        Map<String, Environment> seen = new LinkedHashMap<>();
        for (String name : names) {
            if (name.equals(specification.database())) {
                seen.put(name, Environment.look(connection, migration, sightings, wanted()));
            } else {
                elsewhere(name, migration, sightings).ifPresent(environment -> seen.put(name, environment));
            }
        }
        List<Row> rows = rows(seen, migration.column());
        rows.stream().filter(Row::differs).forEach(row -> say(List.copyOf(seen.keySet()), row));
        return new Comparison(List.copyOf(seen.keySet()), rows);
    }

    /** What is said of one of several columns, with its name. */
    static Comparison about(Comparison comparison, String column) {
        return new Comparison(
                comparison.databases(),
                comparison.rows().stream()
                        .map(row -> OF_A_COLUMN.contains(row.what())
                                ? new Row(row.what() + " of " + column, row.values(), row.differs())
                                : row)
                        .toList());
    }

    /** The default asked for, where it may be computed. */
    private @Nullable String wanted() {
        return findings.has("default-invalid") || findings.has("default-volatile")
                ? null
                : specification.column().defaultValue();
    }

    private Optional<Environment> elsewhere(String name, Migration migration, Sightings sightings) {
        try {
            Optional<Connection> opened = environments.open(name);
            if (opened.isEmpty()) {
                findings.block(
                        "environment-unknown",
                        "environments names '" + name + "', which is not configured",
                        "it can't be compared",
                        "add it to databases in infill.yaml, or give --database " + name + "=URL");
                return Optional.empty();
            }
            try (Connection connection = opened.get()) {
                return Optional.of(Environment.look(connection, migration, sightings, wanted()));
            }
        } catch (SQLException e) {
            findings.block(
                    "environment-unreachable",
                    "environment '" + name + "' can't be looked at ("
                            + Failure.of(e).words() + ")",
                    "it can't be compared",
                    "look at its server and at the rights of Infill's role there, or leave it out");
            return Optional.empty();
        }
    }

    private List<Row> rows(Map<String, Environment> seen, Column wanted) {
        Set<String> facts = new LinkedHashSet<>();
        seen.values().forEach(environment -> facts.addAll(environment.facts().keySet()));
        List<Row> rows = new ArrayList<>();
        for (String fact : facts) {
            List<String> values = seen.values().stream()
                    .map(environment -> environment.facts().getOrDefault(fact, Environment.ABSENT))
                    .toList();
            List<String> compared = new ArrayList<>(values);
            if (fact.equals("column " + wanted.name())) {
                compared.add(wanted.type());
            }
            if (wanted() != null
                    && List.of(Environment.DEFAULT, Environment.DEFAULT_TEXT).contains(fact)) {
                // Where there is none yet there will be one; where a rehearsal is done it must be the one that is
                // wanted here.
                compared.replaceAll(value -> value.equals(Environment.ABSENT) ? Environment.NOT_YET : value);
            }
            if (fact.equals(Environment.DEFAULT)) {
                seen.values().stream()
                        .flatMap(environment ->
                                Optional.ofNullable(environment.facts().get(Environment.WANTED_DEFAULT)).stream())
                        .forEach(compared::add);
            }
            rows.add(new Row(fact, values, Environment.differ(fact, compared)));
        }
        rows.add(values(seen));
        return rows;
    }

    /** What the expression gives, told against the specification's own database. */
    private Row values(Map<String, Environment> seen) {
        Environment own = seen.get(specification.database());
        Map<Key, Sighting> reference = own == null ? Map.of() : own.values();
        List<String> values = new ArrayList<>();
        boolean differs = false;
        for (Environment environment : seen.values()) {
            Tally tally = Tally.of(environment.values(), reference);
            values.add(
                    tally.other() > 0
                            ? tally.other() + " of " + (tally.same() + tally.other()) + " rows differ"
                            : tally.same() + " rows alike");
            differs |= tally.other() > 0;
        }
        return new Row(VALUES, values, differs);
    }

    /** How many rows that are the same give the same, and how many something else. */
    private record Tally(long same, long other) {
        static Tally of(Map<Key, Sighting> here, Map<Key, Sighting> there) {
            long same = 0;
            long other = 0;
            for (Map.Entry<Key, Sighting> row : here.entrySet()) {
                Sighting reference = there.get(row.getKey());
                if (reference == null || !Objects.equals(row.getValue().inputs(), reference.inputs())) {
                    continue;
                }
                if (row.getValue().contradicts(reference)) {
                    other++;
                } else {
                    same++;
                }
            }
            return new Tally(same, other);
        }
    }

    private void say(List<String> databases, Row row) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < databases.size(); i++) {
            parts.add(databases.get(i) + ": " + row.values().get(i));
        }
        findings.block(
                "environment-differs",
                row.what() + " differs: " + String.join(", ", parts),
                "what was rehearsed in one of them says nothing about the other",
                "make them alike, or leave out of environments what is not a rehearsal of this database");
    }
}
