package dev.infill.cli.export;

/**
 * A statement, and when there is anything for it to do.
 *
 * @param name of lower case letters, digits and hyphens, the same for the same specification
 * @param what it does, for people
 * @param when an SQL condition that looks at the catalog alone and locks nothing
 * @param statement without a semicolon at its end
 * @param alone whether it can't be in a transaction
 */
public record Step(String name, String what, String when, String statement, boolean alone) {}
