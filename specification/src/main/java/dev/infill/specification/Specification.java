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
import org.jspecify.annotations.Nullable;

/**
 * What a migration is to do, as its submitter wrote it. Names are folded and unquoted, types and expressions are SQL that
 * no server has seen yet.
 *
 * @param database a name from the configuration
 * @param environments databases to compare with {@code database}, which may be among them
 */
public record Specification(
        String migration,
        String database,
        TableName table,
        Target column,
        Fill fill,
        Ranges ranges,
        List<Index> indexes,
        Constraints constraints,
        Pace pace,
        Gates gates,
        List<String> environments) {
    public Specification {
        indexes = List.copyOf(indexes);
        environments = List.copyOf(environments);
    }

    /**
     * The column to add.
     *
     * @param type as the submitter wrote it: never part of SQL text before the server judged it
     */
    public record Target(String name, String type) {
        public Target {
            Identifier.quote(name);
        }

        /** The column's name as it stands in SQL text. */
        public String quoted() {
            return Identifier.quote(name);
        }
    }

    /** An index to build after the fill; it lies in the table's schema. */
    public record Index(String name, List<String> columns) {
        public Index {
            Identifier.quote(name);
            columns = List.copyOf(columns);
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
     * @param maxReplicaLag the replication lag above which the pace falls
     * @param maxRetainedWalBytes the WAL kept for slots above which the pace falls
     * @param window when to fill and verify; null: at any time
     */
    public record Pace(
            Duration batch,
            Duration maxReplicaLag,
            long maxRetainedWalBytes,
            @Nullable Window window) {
        /** What holds where a specification says nothing. */
        public static final Pace DEFAULT = new Pace(Duration.ofMillis(100), Duration.ofSeconds(5), 4L << 30, null);
    }

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
     * @param quiet for how long no repair may have been needed before the writes gate opens by evidence
     */
    public record Gates(Opening reads, Opening writes, Duration quiet) {
        /** What holds where a specification says nothing. */
        public static final Gates DEFAULT = new Gates(Opening.EVIDENCE, Opening.MANUAL, Duration.ofSeconds(60));
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
