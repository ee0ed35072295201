package dev.infill.specification;

import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.TableName;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a migration is to do, as its submitter wrote it. Names are folded and unquoted, types and expressions are SQL that
 * no server has seen yet.
 *
 * @param database a name from the configuration
 * @param also further columns, filled together with the first
 * @param environments databases to compare with {@code database}, which may be among them
 */
public record Specification(
        String migration,
        String database,
        TableName table,
        Target column,
        Fill fill,
        List<Another> also,
        List<Follow> follows,
        Ranges ranges,
        List<Index> indexes,
        Constraints constraints,
        Pace pace,
        Gates gates,
        List<String> environments) {
    public Specification {
        also = List.copyOf(also);
        follows = List.copyOf(follows);
        indexes = List.copyOf(indexes);
        environments = List.copyOf(environments);
    }

    /**
     * The column to add.
     *
     * @param type as the submitter wrote it: never part of SQL text before the server judged it
     * @param defaultValue an expression for new rows, set when the column is proven; null: none
     */
    public record Target(String name, String type, @Nullable String defaultValue) {
        public Target {
            Identifier.quote(name);
        }

        /** A column without a default. */
        public Target(String name, String type) {
            this(name, type, null);
        }

        /** The column's name as it stands in SQL text. */
        public String quoted() {
            return Identifier.quote(name);
        }

        /** What new rows get that are inserted without the column. */
        public Optional<String> defaultExpression() {
            return Optional.ofNullable(defaultValue);
        }
    }

    /** Another column to add, and what goes into it. */
    public record Another(Target column, String expression) {}

    /** The columns, the first one first. */
    public List<Target> columns() {
        return Stream.concat(Stream.of(column), also.stream().map(Another::column))
                .toList();
    }

    /** Their names, for people. */
    public String columnNames() {
        return columns().stream().map(Target::name).collect(Collectors.joining(", "));
    }

    /** One specification for each column, the first one first. */
    public List<Specification> each() {
        return Stream.concat(Stream.of(new Another(column, fill.expression())), also.stream())
                .map(one -> new Specification(
                        migration,
                        database,
                        table,
                        one.column(),
                        new Fill(one.expression(), fill.keep(), fill.where(), fill.transform()),
                        List.of(),
                        follows,
                        ranges,
                        indexes,
                        constraints,
                        pace,
                        gates,
                        environments))
                .toList();
    }

    /**
     * Another table that the expression reads.
     *
     * @param on the pairs of columns that are equal where a row of the migrated table refers to one of this
     */
    public record Follow(TableName table, List<Pair> on) {
        public Follow {
            on = List.copyOf(on);
        }
    }

    /** A column of the followed table and one of the migrated table. */
    public record Pair(String theirs, String ours) {}

    /**
     * An index to build after the fill; it lies in the table's schema.
     *
     * @param columns in their order
     * @param include columns that are carried along and not sorted by
     * @param where only rows for which this holds; empty: all rows
     */
    public record Index(String name, List<IndexKey> columns, boolean unique, List<String> include, String where) {
        public Index {
            Identifier.quote(name);
            columns = List.copyOf(columns);
            include = List.copyOf(include);
        }

        /** An index of columns and nothing else. */
        public Index(String name, List<String> columns) {
            this(
                    name,
                    columns.stream().map(column -> new IndexKey(column, false)).toList(),
                    false,
                    List.of(),
                    "");
        }

        /** What it is sorted by, as it stands in SQL text. */
        public String keys() {
            return columns.stream().map(IndexKey::sql).collect(Collectors.joining(", "));
        }

        /** As it stands behind the table's name; newlines end comments that expressions may end with. */
        public String definition() {
            String included = include.isEmpty()
                    ? ""
                    : include.stream().map(Identifier::quote).collect(Collectors.joining(", ", " INCLUDE (", ")"));
            return "(" + keys() + ")" + included + (where.isEmpty() ? "" : " WHERE (" + where + "\n)");
        }

        /** The columns that it names; those in expressions only the server knows. */
        public List<String> named() {
            return Stream.concat(
                            columns.stream().filter(key -> !key.isExpression()).map(IndexKey::text), include.stream())
                    .toList();
        }

        /** The SQL in it that no server has seen yet. */
        public List<String> expressions() {
            return Stream.concat(
                            columns.stream().filter(IndexKey::isExpression).map(IndexKey::text),
                            where.isEmpty() ? Stream.empty() : Stream.of(where))
                    .toList();
        }
    }

    /**
     * What an index is sorted by.
     *
     * @param text a column's name, or SQL
     */
    public record IndexKey(String text, boolean isExpression) {
        /** As it stands in SQL text. */
        public String sql() {
            return isExpression ? "(" + text + "\n)" : Identifier.quote(text);
        }
    }

    /** What is enforced at the end. */
    public record Constraints(
            boolean notNull, List<Check> checks, @Nullable ForeignKey foreignKey) {
        /** Nothing is enforced. */
        public static final Constraints NONE = new Constraints(false, List.of(), null);

        public Constraints {
            checks = List.copyOf(checks);
        }
    }

    /** A check constraint. */
    public record Check(String name, String expression) {
        public Check {
            Identifier.quote(name);
        }
    }

    /** What the column refers to. */
    public record ForeignKey(String name, TableName table, String column) {
        public ForeignKey {
            Identifier.quote(name);
            Identifier.quote(column);
        }
    }

    /**
     * How hard Infill may push.
     *
     * @param batch how long one transaction of a worker takes
     * @param query an operator's own signal; null: none
     * @param window when to fill and verify; null: at any time
     */
    public record Pace(
            Duration batch,
            Limits limits,
            @Nullable Query query,
            @Nullable Window window) {
        /** What holds where a specification says nothing. */
        public static final Pace DEFAULT = new Pace(Duration.ofMillis(100), Limits.DEFAULT, null, null);

        /** As fast as it goes: only the disk is still guarded. */
        public static final Pace FULL = new Pace(Duration.ofMillis(100), Limits.FULL, null, null);
    }

    /**
     * The budgets above which the pace falls; null: whatever it is, it does not matter.
     *
     * @param latency of the application; {@link #AS_BEFORE}: measured before the fill
     * @param lockWaits sessions that wait for a lock of ours
     * @param snapshotAge of the oldest snapshot that is not ours
     * @param deadRowsPercent of the live ones
     * @param connectionsPercent of those that the server has
     * @param batches in how many times its length a batch must be over
     */
    public record Limits(
            @Nullable Duration latency,
            @Nullable Duration replicaLag,
            @Nullable Long retainedWalBytes,
            @Nullable Long archiveBacklogBytes,
            @Nullable Integer lockWaits,
            @Nullable Duration snapshotAge,
            @Nullable Integer deadRowsPercent,
            @Nullable Integer connectionsPercent,
            @Nullable Integer batches) {
        /** The larger of 10 ms and one and a half times what it was. */
        public static final Duration AS_BEFORE = Duration.ZERO;

        /** What holds where a specification says nothing. */
        public static final Limits DEFAULT =
                new Limits(AS_BEFORE, Duration.ofSeconds(5), 4L << 30, 2L << 30, 3, Duration.ofMinutes(10), 100, 90, 3);

        /** The disk. */
        public static final Limits FULL = new Limits(
                null, null, DEFAULT.retainedWalBytes(), DEFAULT.archiveBacklogBytes(), null, null, null, null, null);
    }

    /**
     * A query that answers one number.
     *
     * @param name what people call the number
     * @param max the number above which the pace falls
     */
    public record Query(String name, String sql, double max) {}

    /** Hours of the day; when they end before they begin they go over midnight. */
    public record Window(LocalTime from, LocalTime to, ZoneId zone) {
        /** Whether work may be done at this instant. */
        public boolean isOpen(Instant instant) {
            LocalTime time = instant.atZone(zone).toLocalTime();
            boolean begun = !time.isBefore(from);
            boolean over = !time.isBefore(to);
            return from.isBefore(to) ? begun && !over : begun || !over;
        }
    }

    /**
     * What opens the gates.
     *
     * @param quiet for how long no repair may have been needed before constraints are put in force, and before the writes
     *     gate opens by evidence
     * @param staleness what the 99th percentile may be over that time, at most a minute, for the reads gate to open by evidence
     */
    public record Gates(Opening reads, Opening writes, Duration quiet, Duration staleness) {
        /** What holds where a specification says nothing. */
        public static final Gates DEFAULT =
                new Gates(Opening.EVIDENCE, Opening.MANUAL, Duration.ofSeconds(60), Duration.ofSeconds(1));
    }

    /** What the ranges run over. */
    public enum Ranges {
        /** Whatever suits the table. */
        AUTO,
        /** The primary key. */
        KEY,
        /** The table's pages. */
        PAGES
    }

    /** Who opens a gate. */
    public enum Opening {
        /** What was measured. */
        EVIDENCE,
        /** A person. */
        MANUAL
    }

    /** The foreign key, if there is one. */
    public Optional<ForeignKey> foreignKey() {
        return Optional.ofNullable(constraints.foreignKey());
    }
}
