package dev.infill.coordinator.postgres;

import dev.infill.coordinator.migration.RangeKind;
import dev.infill.postgres.Partitions;
import dev.infill.postgres.ledger.PassLedger;
import dev.infill.postgres.ledger.PassLedger.CutSoFar;
import dev.infill.postgres.ledger.PassLedger.NewRange;
import dev.infill.protocol.Column;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.specification.Specification.Ranges;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Cuts a table into key ranges of nearly equal numbers of rows by walking the key's index, one range a statement.
 * The server produces and compares every bound. The first range is open below and the last one above, so that together
 * they hold every row there can be.
 */
public final class RangeCutter {
    /** A range is large enough to be worth a message and small enough for lag to be a fine measure. */
    private static final long MOST_ROWS = 40_000;

    private static final long LEAST_ROWS = 2_000;

    /** Also small tables are cut into about so many ranges, for all lanes and for a smooth progress. */
    private static final long RANGES_WANTED = 16;

    private static final String FACTS = """
            SELECT (SELECT s.correlation::text FROM pg_catalog.pg_stats s
                     WHERE s.schemaname = ? AND s.tablename = ? AND s.attname = ? AND NOT s.inherited)
            """;

    private static final String CHOSEN = "SELECT ranges FROM infill.migration WHERE name = ?";

    private static final String CHOOSE = "UPDATE infill.migration SET ranges = ?, ranges_why = ? WHERE name = ?";

    private static final String ESTIMATE = "SELECT sum(greatest(c.reltuples, 0))::bigint FROM pg_catalog.pg_class c"
            + " WHERE c.oid IN (" + Partitions.LEAVES + ")";

    private static final String NEXT_BOUND = """
            SELECT %s FROM %s %s ORDER BY %s OFFSET ? LIMIT 1
            """;

    private final Connection connection;
    private final Migration migration;
    private final long rowsPerRange;

    /** @throws SQLException if the table's estimate can't be read */
    public RangeCutter(Connection connection, Migration migration) throws SQLException {
        this.connection = connection;
        this.migration = migration;
        this.rowsPerRange = rowsPerRange(estimatedRows(connection, migration));
    }

    /** How many rows the planner thinks the table has; 0 when it was never analyzed. */
    public static long estimatedRows(Connection connection, Migration migration) throws SQLException {
        String table = migration.table().quoted();
        return Sql.text(connection, ESTIMATE, table, table)
                .map(Long::parseLong)
                .filter(rows -> rows > 0)
                .orElse(0L);
    }

    /** What the ranges run over, once that was decided; a half cut table must not change its mind. */
    public static Optional<RangeKind> chosen(Connection connection, String migration) throws SQLException {
        return Sql.text(connection, CHOSEN, migration).map(word -> RangeKind.valueOf(word.toUpperCase(Locale.ROOT)));
    }

    /** Decides what the ranges run over, and keeps that. */
    public static void choose(Connection connection, Migration migration, Ranges wanted) throws SQLException {
        Column first = migration.key().get(0);
        Double correlation = Sql.text(
                        connection,
                        FACTS,
                        migration.table().schema(),
                        migration.table().name(),
                        first.name())
                .map(Double::valueOf)
                .orElse(null);
        RangeKind.Choice choice = RangeKind.choose(
                asked(wanted),
                new RangeKind.Facts(
                        migration.key().size(),
                        correlation,
                        estimatedRows(connection, migration),
                        PageRanges.isPartitioned(connection, migration)));
        try (PreparedStatement statement = connection.prepareStatement(CHOOSE)) {
            statement.setString(1, choice.kind().word());
            statement.setString(2, choice.why());
            statement.setString(3, migration.name());
            statement.executeUpdate();
        }
    }

    private static Optional<RangeKind> asked(Ranges wanted) {
        return switch (wanted) {
            case AUTO -> Optional.empty();
            case KEY -> Optional.of(RangeKind.KEY);
            case PAGES -> Optional.of(RangeKind.PAGES);
        };
    }

    /** Cuts the whole table by pages, which reads nothing of it. */
    public void cutPages() throws SQLException {
        PageRanges.add(connection, migration, rowsPerRange);
    }

    static long rowsPerRange(long estimatedRows) {
        if (estimatedRows == 0) {
            return MOST_ROWS;
        }
        return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, estimatedRows / RANGES_WANTED));
    }

    /**
     * Cuts the next range and writes it to the ledger.
     *
     * @return whether it was the last one
     */
    public boolean cutNext() throws SQLException {
        CutSoFar soFar = PassLedger.cutSoFar(connection, migration.name());
        if (soFar.nextNumber() > 0 && soFar.lower() == null) {
            return true; // killed between the last range and the note that it was the last
        }
        Optional<Key> upper = nextBound(soFar);
        PassLedger.add(
                connection,
                migration.name(),
                new NewRange(soFar.nextNumber(), soFar.lower(), upper.orElse(null), rowsPerRange));
        return upper.isEmpty();
    }

    private Optional<Key> nextBound(CutSoFar soFar) throws SQLException {
        String names = migration.keyInTable();
        String parameters = migration.key().stream().map(c -> "?::" + c.type()).collect(Collectors.joining(", "));
        String from = soFar.lower() == null ? "" : "WHERE (" + names + ") >= (" + parameters + ")";
        String sql =
                NEXT_BOUND.formatted(migration.keyTexts(), migration.table().quoted(), from, names);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            if (soFar.lower() != null) {
                for (String value : soFar.lower().values()) {
                    statement.setString(parameter++, value);
                }
            }
            statement.setLong(parameter, rowsPerRange);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.of(key(result)) : Optional.empty();
            }
        }
    }

    private Key key(ResultSet result) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= migration.key().size(); i++) {
            values.add(result.getString(i));
        }
        return new Key(values);
    }
}
