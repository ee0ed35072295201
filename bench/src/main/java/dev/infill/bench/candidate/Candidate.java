package dev.infill.bench.candidate;

import dev.infill.bench.measure.Measurement.Times;
import dev.infill.bench.measure.Meter;
import dev.infill.bench.table.TableCopy;
import java.io.IOException;
import java.sql.SQLException;

/** One way to fill the column. */
public sealed interface Candidate permits OneUpdate, KeysetLoop, RangeLoop, TouchLoop, InfillRun {
    /** As {@code --candidates} has it. */
    String name();

    /** In words, for a table's row. */
    String title();

    /** Whether it makes rows right that the application changes after they were filled. */
    boolean repairs();

    /** Makes a copy ready for it, outside of the time. */
    void prepare(TableCopy copy) throws SQLException;

    /** Fills the column, and tells the meter when that begins and ends. */
    Times fill(TableCopy copy, Meter meter) throws SQLException, IOException;
}
