package dev.infill.protocol.status;

import org.jspecify.annotations.Nullable;

/**
 * One result of the check.
 *
 * @param code stable, like {@code column-exists-with-other-type}
 * @param found what was found
 * @param why why it matters
 * @param remedy what to do
 * @param sql the statements that do it, each with its semicolon, one a line; null where no SQL does it
 * @param field of the specification that it is about, like {@code column.type}; null where it is about something else
 */
public record Finding(
        String code,
        Severity severity,
        String found,
        String why,
        String remedy,
        @Nullable String sql,
        @Nullable String field) {
    /** How much a finding weighs. */
    public enum Severity {
        BLOCK,
        WARN,
        INFO
    }
}
