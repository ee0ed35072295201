package dev.infill.coordinator.check;

import dev.infill.protocol.Identifier;
import java.util.List;
import java.util.stream.Collectors;

/** Statements as they are printed for a person to run. */
final class Remedies {
    private Remedies() {}

    /** One statement. */
    static String statement(String sql) {
        return sql + ";";
    }

    /** The statement for each of these. */
    static String each(List<String> values, String before, String after) {
        return values.stream().map(value -> statement(before + value + after)).collect(Collectors.joining("\n"));
    }

    /** A text as it stands in SQL. */
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** A role's or a database's name as it stands in SQL. */
    static String name(String name) {
        return Identifier.quote(name);
    }
}
