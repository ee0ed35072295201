package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import java.sql.Connection;
import java.sql.SQLException;

/** Where a signal comes from. */
interface Source {
    /** What it reads. */
    Signal signal();

    /** Asks once; what a role may not see is unreadable, not zero. */
    Reading read(Connection connection) throws SQLException;
}
