package dev.infill.bridge.follow;

import dev.infill.bridge.change.ChangeSink;
import dev.infill.bridge.change.LogEntry.ReferenceChanged;
import dev.infill.bridge.follow.Follows.Way;
import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.VisibilityGate;
import dev.infill.postgres.ledger.DefinitionLedger;
import dev.infill.postgres.ledger.DefinitionLedger.Definition;
import dev.infill.postgres.ledger.KeyArrays;
import dev.infill.protocol.Change;
import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.Follow.Link;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the rows that refer to changed rows of followed tables, and hands their keys on as changed. Used by the engine's
 * thread only.
 *
 * <p>The values by which they refer are asked for here, in the database, so that Kafka sees keys and nothing else. The
 * search begins when the change is visible: a row that begins to refer later, and is not found, was itself changed by a
 * transaction that is captured, and its repair sees the change too.
 */
public final class Referrers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Referrers.class);
    private static final int PAGE = 5000;
    /** How long one of its transactions may last: its snapshot keeps the server from pruning. */
    private static final Duration STRETCH = Duration.ofSeconds(5);

    private static final Duration SEARCH = Duration.ofMinutes(5);
    private static final Duration DELIVERY = Duration.ofMinutes(1);
    private static final long LOOK_MILLIS = 5;

    private final Database database;
    private final Manners manners;
    private final Duration longest;
    private final CountDownLatch closing = new CountDownLatch(1);
    private Follows follows = Follows.NONE;
    private @Nullable Connection session;

    public Referrers(Database database, Manners manners) {
        this(database, manners, STRETCH);
    }

    /** The same with another length of its transactions. */
    Referrers(Database database, Manners manners, Duration longest) {
        this.longest = longest;
        this.database = database;
        this.manners = new Manners(manners.applicationName(), manners.lockTimeout(), SEARCH, DELIVERY);
    }

    /**
     * What is followed, as far as it matters for changes of these tables.
     *
     * @param anew whether the ledger must be asked: a migration that captures a table waits for a barrier before it reads a row,
     *     so whatever is asked when a barrier comes by is never too old for the changes behind it
     */
    public Follows known(Collection<TableName> tables, boolean anew) throws SQLException {
        if (anew || !tables.stream().allMatch(follows::knows)) {
            follows = new Follows(DefinitionLedger.repaired(session()).stream()
                    .map(Definition::migration)
                    .toList());
        }
        return follows;
    }

    /** Delivers the keys of all rows that refer to these rows, or referred to them before, page by page. */
    public void deliver(List<ReferenceChanged> changes, ChangeSink sink) throws SQLException, InterruptedException {
        if (changes.isEmpty()) {
            return;
        }
        Map<TableName, List<ReferenceChanged>> byTable =
                changes.stream().collect(Collectors.groupingBy(ReferenceChanged::table));
        awaitVisible(changes);
        for (var changed : byTable.entrySet()) {
            for (Way way : follows.waysFrom(changed.getKey())) {
                List<Key> values = values(way, changed.getValue());
                if (!values.isEmpty()) {
                    deliver(way, values, Telling.of(way.migration().table(), changed.getValue()), sink);
                }
            }
        }
    }

    private void awaitVisible(List<ReferenceChanged> changes) throws SQLException, InterruptedException {
        List<Long> transactions =
                changes.stream().map(ReferenceChanged::transaction).distinct().toList();
        long since = System.nanoTime();
        while (!VisibilityGate.isOpen(session(), transactions, Duration.ofNanos(System.nanoTime() - since))) {
            if (closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new InterruptedException("closed while a change was not visible yet");
            }
        }
    }

    /** What the rows are referred to by, each once. A row with a NULL in it is referred to by none. */
    private static List<Key> values(Way way, List<ReferenceChanged> changes) {
        return changes.stream()
                .flatMap(change -> change.images().stream())
                .map(image -> value(way, image))
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    private static Optional<Key> value(Way way, Map<String, String> image) {
        List<String> texts = way.follow().links().stream()
                .map(link -> image.get(link.theirs().name()))
                .toList();
        return texts.contains(null) ? Optional.empty() : Optional.of(new Key(texts));
    }

    /** How rows are said to have changed: since the first of some changes, by the transaction of the last. */
    private record Telling(TableName table, ReferenceChanged last, long sinceMicros) {
        static Telling of(TableName table, List<ReferenceChanged> changes) {
            long since = changes.stream()
                    .mapToLong(ReferenceChanged::committedAtMicros)
                    .min()
                    .orElseThrow();
            return new Telling(table, changes.get(changes.size() - 1), since);
        }

        KeyChanged of(Key key) {
            return new KeyChanged(table, key, last.transaction(), last.lsn(), sinceMicros);
        }
    }

    private void deliver(Way way, List<Key> values, Telling told, ChangeSink sink)
            throws SQLException, InterruptedException {
        Key after = stretch(way, values, null, told, sink);
        while (after != null) {
            after = stretch(way, values, after, told, sink);
        }
    }

    /** Delivers keys in their order for as long as a transaction may last; answers the last of them, or null after all. */
    private @Nullable Key stretch(Way way, List<Key> values, @Nullable Key after, Telling told, ChangeSink sink)
            throws SQLException, InterruptedException {
        Connection connection = session();
        connection.setAutoCommit(false);
        long end = System.nanoTime() + longest.toNanos();
        try (PreparedStatement statement = connection.prepareStatement(sql(way, after != null))) {
            statement.setFetchSize(PAGE);
            int next = KeyArrays.setUnnested(statement, 1, values);
            for (String part : after == null ? List.<String>of() : after.values()) {
                statement.setString(next++, part);
            }
            List<Change> page = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Key key = KeyArrays.readColumns(rows, way.migration().key().size());
                    page.add(told.of(key));
                    if (page.size() == PAGE) {
                        sink.deliver(page);
                        page.clear();
                        if (System.nanoTime() - end > 0) {
                            return key;
                        }
                    }
                }
            }
            sink.deliver(page);
            return null;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static String sql(Way way, boolean resumed) {
        Migration migration = way.migration();
        List<Link> links = way.follow().links();
        String key = migration.keyInTable();
        String bound =
                migration.key().stream().map(part -> "?::text::" + part.type()).collect(Collectors.joining(", "));
        String ours = links.stream().map(link -> Identifier.quote(link.ours())).collect(Collectors.joining(", "));
        String theirs = KeyArrays.unnested(links.stream().map(Link::theirs).toList());
        return "SELECT " + migration.keyTexts() + " FROM " + migration.table().quoted() + " WHERE (" + ours
                + ") IN (SELECT * FROM " + theirs + ")" + (resumed ? " AND (" + key + ") > (" + bound + ")" : "")
                + " ORDER BY " + key;
    }

    private Connection session() throws SQLException {
        Connection open = session;
        if (open == null || open.isClosed()) {
            open = Sessions.open(database, manners);
            session = open;
        }
        return open;
    }

    @Override
    public void close() {
        closing.countDown();
        if (session != null) {
            try {
                session.close();
            } catch (SQLException e) {
                LOG.debug("A session could not be closed", e);
            }
            session = null;
        }
    }
}
