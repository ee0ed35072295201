package dev.infill.cli.exchange;

import dev.infill.protocol.status.Finding;
import java.util.List;

/** The line of a specification that a finding is about. */
final class FieldLines {
    /** What speaks of the server or the table is about the table. */
    private static final List<Field> FIELDS = List.of(
            new Field("expression-", "expression:"),
            new Field("sample-", "expression:"),
            new Field("no-sample", "expression:"),
            new Field("type-", "type:"),
            new Field("column-", "column:"),
            new Field("index-", "indexes:"),
            new Field("constraint-", "constraints:"),
            new Field("check-", "constraints:"),
            new Field("foreign-key-", "constraints:"),
            new Field("environment-", "environments:"));

    /** The beginning of codes, and the field that they speak of. */
    private record Field(String code, String key) {}

    private final List<String> lines;

    FieldLines(String specification) {
        this.lines = specification.lines().toList();
    }

    /** From 1; 1 where the field can't be found. */
    int line(Finding finding) {
        String key = FIELDS.stream()
                .filter(field -> finding.code().startsWith(field.code()))
                .map(Field::key)
                .findFirst()
                .orElse("table:");
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(key) && !lines.get(i).strip().startsWith("#")) {
                return i + 1;
            }
        }
        return 1;
    }
}
