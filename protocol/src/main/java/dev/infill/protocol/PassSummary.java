package dev.infill.protocol;

/**
 * How the ranges of a migration stand, as far as the next step depends on it.
 *
 * @param open tasks of the running pass that are not done
 * @param suspect ranges with rows to be looked at again
 * @param overflowed ranges with so many differing rows that they must be filled again
 * @param unverified ranges that no verify pass has found equal since they were last filled
 */
public record PassSummary(long open, Rejected rejected, long suspect, long overflowed, long unverified, long total) {
    /**
     * What PostgreSQL refused.
     *
     * @param due whether it was refused so long ago that it is worth another try
     * @param rows in all ranges and in repairs
     */
    public record Rejected(long ranges, boolean due, long rows) {}
}
