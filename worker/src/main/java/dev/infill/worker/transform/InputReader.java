package dev.infill.worker.transform;

import dev.infill.transform.Row;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads a result's rows as a {@link Row} promises them. */
public final class InputReader {
    private static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("int2", Integer.class),
            Map.entry("smallserial", Integer.class),
            Map.entry("int4", Integer.class),
            Map.entry("serial", Integer.class),
            Map.entry("int8", Long.class),
            Map.entry("bigserial", Long.class),
            Map.entry("float4", Float.class),
            Map.entry("float8", Double.class),
            Map.entry("numeric", BigDecimal.class),
            Map.entry("bool", Boolean.class),
            Map.entry("bytea", byte[].class),
            Map.entry("uuid", UUID.class),
            Map.entry("date", LocalDate.class),
            Map.entry("time", LocalTime.class),
            Map.entry("timestamp", LocalDateTime.class),
            Map.entry("timestamptz", OffsetDateTime.class));

    private final ResultSet rows;
    private final int first;
    private final List<String> names = new ArrayList<>();
    private final List<Class<?>> types = new ArrayList<>();

    /** @param first the result's column, from 1, with which the inputs begin */
    public InputReader(ResultSet rows, int first) throws SQLException {
        this.rows = rows;
        this.first = first;
        ResultSetMetaData columns = rows.getMetaData();
        for (int column = first; column <= columns.getColumnCount(); column++) {
            names.add(columns.getColumnName(column));
            types.add(TYPES.getOrDefault(columns.getColumnTypeName(column), String.class));
        }
    }

    /** The row at which the result stands. */
    public Row row() throws SQLException {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            values.put(names.get(i), value(first + i, types.get(i)));
        }
        return new Row(values);
    }

    private @Nullable Object value(int column, Class<?> type) throws SQLException {
        if (type == String.class) {
            return rows.getString(column);
        }
        return type == byte[].class ? rows.getBytes(column) : rows.getObject(column, type);
    }
}
