package dev.infill.protocol;

/**
 * Work on one range, as it lies in the migration's tasks topic. The ledger has the bounds and the truth; a task whose
 * pass is not the range's pass any more is skipped.
 *
 * @param pass counts the times that tasks were handed out for a migration: fill, verify, recheck, verify again …
 */
public record RangeTask(String migration, String database, int pass, TaskKind kind, int range) {}
