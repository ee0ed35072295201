package dev.infill.bridge.follow;

import dev.infill.protocol.Follow;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which tables are migrated and which are followed, as the ledger last said. Asked for every change. */
public final class Follows {
    /** Nothing is known yet. */
    static final Follows NONE = new Follows(List.of());

    private final Set<TableName> migrated;
    private final Map<TableName, List<Way>> ways = new HashMap<>();
    private final Map<TableName, Set<String>> columns = new HashMap<>();

    /** What these migrations follow. */
    public Follows(List<Migration> migrations) {
        migrated = migrations.stream().map(Migration::table).collect(Collectors.toUnmodifiableSet());
        for (Migration migration : migrations) {
            for (Follow follow : migration.follows()) {
                ways.computeIfAbsent(follow.table(), table -> new ArrayList<>()).add(new Way(migration, follow));
                Set<String> read = columns.computeIfAbsent(follow.table(), table -> new HashSet<>());
                follow.links().forEach(link -> read.add(link.theirs().name()));
            }
        }
    }

    /** Whether a change of this table is the change of a row that is kept right. */
    public boolean isMigrated(TableName table) {
        return migrated.contains(table);
    }

    /** The columns by which rows of this table are referred to; none where no expression reads it. */
    public Set<String> columns(TableName table) {
        return columns.getOrDefault(table, Set.of());
    }

    boolean knows(TableName table) {
        return migrated.contains(table) || columns.containsKey(table);
    }

    /** The ways from a table to the rows that refer to it. */
    List<Way> waysFrom(TableName table) {
        return ways.getOrDefault(table, List.of());
    }

    /** From a followed table to a migrated one. */
    record Way(Migration migration, Follow follow) {}
}
