package dev.infill.protocol.status;

/**
 * One result of the check.
 *
 * @param code stable, like {@code column-exists-with-other-type}
 * @param found what was found
 * @param why why it matters
 * @param remedy what to do, with the SQL where there is one
 */
public record Finding(String code, Severity severity, String found, String why, String remedy) {
    /** How much a finding weighs. */
    public enum Severity {
        BLOCK,
        WARN,
        INFO
    }
}
