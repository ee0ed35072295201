package dev.infill.postgres.ledger;

import dev.infill.protocol.Column;
import dev.infill.protocol.Key;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How keys go to the server and come back: as {@code text[]}, cast there to the key's own types. */
public final class KeyArrays {
    private KeyArrays() {}

    /** Reads a {@code text[]} that is a key; null stays null. */
    public static @Nullable Key read(ResultSet result, int index) throws SQLException {
        Array array = result.getArray(index);
        return array == null ? null : new Key(Arrays.asList((String[]) array.getArray()));
    }

    /** Reads a key from so many columns at the begin of a row, which are texts. */
    public static Key readColumns(ResultSet result, int columns) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
            values.add(result.getString(column));
        }
        return new Key(values);
    }

    /** Sets a {@code text[]} parameter to a key or to null. */
    public static void set(PreparedStatement statement, int index, @Nullable Key key) throws SQLException {
        Array array = key == null
                ? null
                : statement.getConnection().createArrayOf("text", key.values().toArray());
        statement.setArray(index, array);
    }

    /**
     * {@code (SELECT … FROM unnest(?::text[]::bigint[], …) …) AS infill_k(infill_key_1, …)}: many keys as a table in the
     * keys' order, one array parameter a column. The names are such that no user's expression means them by accident.
     */
    public static String unnested(List<Column> key) {
        String arrays =
                key.stream().map(column -> "?::text[]::" + column.type() + "[]").collect(Collectors.joining(", "));
        String names = IntStream.rangeClosed(1, key.size())
                .mapToObj(i -> "infill_key_" + i)
                .collect(Collectors.joining(", "));
        return "(SELECT * FROM unnest(" + arrays + ") AS infill_u(" + names + ") ORDER BY " + names + ") AS infill_k("
                + names + ")";
    }

    /** Sets the parameters of {@link #unnested} from that index on; returns the next index. */
    public static int setUnnested(PreparedStatement statement, int index, List<Key> keys) throws SQLException {
        Connection connection = statement.getConnection();
        int columns = keys.get(0).values().size();
        for (int column = 0; column < columns; column++) {
            int at = column;
            Object[] values = keys.stream().map(key -> key.values().get(at)).toArray();
            statement.setArray(index + column, connection.createArrayOf("text", values));
        }
        return index + columns;
    }
}
