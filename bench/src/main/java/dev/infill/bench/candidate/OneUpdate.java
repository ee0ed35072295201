package dev.infill.bench.candidate;

import dev.infill.bench.measure.Measurement.Times;
import dev.infill.bench.measure.Meter;
import dev.infill.bench.table.TableCopy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** One statement, one transaction: what everything is compared with. */
record OneUpdate() implements Candidate {
    private static final String UPDATE =
            "UPDATE public.orders SET %s = %s".formatted(TableCopy.COLUMN, TableCopy.EXPRESSION);

    @Override
    public String name() {
        return Candidates.REFERENCE;
    }

    @Override
    public String title() {
        return "one `UPDATE`";
    }

    @Override
    public boolean repairs() {
        return false;
    }

    @Override
    public void prepare(TableCopy copy) throws SQLException {
        copy.addColumn();
    }

    @Override
    public Times fill(TableCopy copy, Meter meter) throws SQLException {
        try (Connection connection = copy.connect("bench");
                Statement statement = connection.createStatement()) {
            meter.begin();
            statement.execute(UPDATE);
            meter.end();
        }
        return new Times(meter.seconds(), meter.seconds(), null);
    }
}
