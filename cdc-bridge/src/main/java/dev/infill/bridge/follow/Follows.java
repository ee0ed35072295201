package dev.infill.bridge.follow;

import dev.infill.protocol.Follow;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TableName;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which tables are migrated and which are followed, as the ledger last said. */
public record Follows(List<Migration> migrations) {
    /** Nothing is known yet. */
    static final Follows NONE = new Follows(List.of());

    public Follows {
        migrations = List.copyOf(migrations);
    }

    /** Whether a change of this table is the change of a row that is kept right. */
    public boolean isMigrated(TableName table) {
        return migrations.stream().anyMatch(migration -> migration.table().equals(table));
    }

    /** The columns by which rows of this table are referred to; none where no expression reads it. */
    public Set<String> columns(TableName table) {
        return migrations.stream()
                .flatMap(migration -> migration.follows().stream())
                .filter(follow -> follow.table().equals(table))
                .flatMap(follow -> follow.links().stream())
                .map(link -> link.theirs().name())
                .collect(Collectors.toUnmodifiableSet());
    }

    boolean knows(TableName table) {
        return isMigrated(table) || !columns(table).isEmpty();
    }

    /** The ways from a table to the rows that refer to it. */
    List<Way> waysFrom(TableName table) {
        return migrations.stream()
                .flatMap(migration -> migration.follows().stream()
                        .filter(follow -> follow.table().equals(table))
                        .map(follow -> new Way(migration, follow)))
                .toList();
    }

    /** From a followed table to a migrated one. */
    record Way(Migration migration, Follow follow) {}
}
