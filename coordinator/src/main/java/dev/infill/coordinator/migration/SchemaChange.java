package dev.infill.coordinator.migration;

import dev.infill.protocol.TableName;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A statement that changes the schema.
 *
 * @param what it does, in words; the same words mean the same statement of a migration
 * @param tables that it locks, the migrated one first
 * @param undo the statement that makes it as it was; null where dropping what was made is enough
 */
public record SchemaChange(
        String what,
        String sql,
        Lock lock,
        List<TableName> tables,
        @Nullable String undo) {
    public SchemaChange {
        tables = List.copyOf(tables);
    }

    /** A change of one table that is undone by dropping what it made. */
    public SchemaChange(String what, String sql, Lock lock, TableName table) {
        this(what, sql, lock, List.of(table), null);
    }

    /** The lock that a statement takes of a table, and what it means for everybody else. */
    public enum Lock {
        /** Nobody's. */
        NONE,
        /** Reads and writes go on beside it; one such statement at a time. */
        SHARE_UPDATE_EXCLUSIVE,
        /** Writes wait. */
        SHARE_ROW_EXCLUSIVE,
        /** Everybody waits. */
        ACCESS_EXCLUSIVE;

        /** The locks that it has to wait for, as {@code pg_locks} names them. */
        public List<String> conflicts() {
            List<String> strong = List.of(
                    "ShareUpdateExclusiveLock",
                    "ShareLock",
                    "ShareRowExclusiveLock",
                    "ExclusiveLock",
                    "AccessExclusiveLock");
            return switch (this) {
                case NONE -> List.of();
                case SHARE_UPDATE_EXCLUSIVE -> strong;
                case SHARE_ROW_EXCLUSIVE -> and(strong, "RowExclusiveLock");
                case ACCESS_EXCLUSIVE -> and(strong, "RowExclusiveLock", "RowShareLock", "AccessShareLock");
            };
        }

        private static List<String> and(List<String> locks, String... more) {
            return Stream.concat(locks.stream(), Stream.of(more)).toList();
        }

        /** As it stands in {@code LOCK TABLE … IN … MODE}. */
        public String words() {
            return name().replace('_', ' ');
        }

        /** Whether statements of the application wait behind it. */
        public boolean holdsUpTheApplication() {
            return this == SHARE_ROW_EXCLUSIVE || this == ACCESS_EXCLUSIVE;
        }
    }
}
