package dev.infill.coordinator.lead;

import java.sql.SQLException;

/**
 * One stage's part of a turn: looks, does at most one short thing, returns. It is called again a moment later, by
 * this coordinator or by its successor, so it relies on nothing but the ledger and the catalog.
 */
@FunctionalInterface
interface StageStep {
    void take(Scene scene) throws SQLException;
}
