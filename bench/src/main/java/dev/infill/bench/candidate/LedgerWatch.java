package dev.infill.bench.candidate;

import dev.infill.bench.measure.Measurement.Stages;
import dev.infill.bench.measure.Measurement.Times;
import dev.infill.bench.measure.Meter;
import dev.infill.bench.table.TableCopy;
import dev.infill.protocol.Stage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ledger from outside while Infill works: when the first range was taken and the last one was done. Looked at all the
 * time, because the verify pass that follows writes its own times over the fill's.
 */
final class LedgerWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final String NO_SUCH_SCHEMA = "3F000";
    private static final String NO_SUCH_TABLE = "42P01";

    private static final String LEDGER = """
            SELECT m.stage, extract(epoch FROM m.created_at)::float8 AS submitted,
                   extract(epoch FROM min(r.started_at) FILTER (WHERE r.kind = 'fill'))::float8 AS fill_from,
                   extract(epoch FROM max(r.done_at) FILTER (WHERE r.kind = 'fill'))::float8 AS fill_to,
                   extract(epoch FROM min(r.started_at) FILTER (WHERE r.kind = 'verify'))::float8 AS verify_from,
                   extract(epoch FROM max(r.done_at) FILTER (WHERE r.kind = 'verify'))::float8 AS verify_to,
                   count(*) FILTER (WHERE r.kind = 'fill' AND r.state = 'done') = count(r.number) AS all_filled,
                   count(r.number) AS ranges, m.pass_kind IS NOT NULL AS planned,
                   extract(epoch FROM m.stage_since)::float8 AS stage_from, extract(epoch FROM clock_timestamp())::float8 AS now,
                   (SELECT extract(epoch FROM max(t.ended_at))::float8 FROM infill.stage_time t
                     WHERE t.migration = m.name AND t.stage = 'fill') AS fill_left
              FROM infill.migration m LEFT JOIN infill.range r ON r.migration = m.name
             WHERE m.name = ? GROUP BY m.name""";

    private final Connection connection;
    private final PreparedStatement statement;
    private double submitted;
    private double fillFrom = Double.MAX_VALUE;
    private double fillTo;
    private double verifyFrom = Double.MAX_VALUE;
    private double verifyTo;
    private boolean sawAllFilled;
    private double plan;
    private long ranges;
    private Stage stage = Stage.CHECK;

    LedgerWatch(TableCopy copy, String migration) throws SQLException {
        connection = copy.connect("bench");
        statement = connection.prepareStatement(LEDGER);
        statement.setString(1, migration);
    }

    /** Looks until a stage is reached or the process ends, and tells the meter when the fill begins and ends. */
    void follow(InfillProcess process, Meter meter, Stage until) throws SQLException {
        while (process.isAlive() && stage.compareTo(until) < 0) {
            look(process, meter);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        look(process, meter);
        if (!meter.hasEnded()) {
            process.awaitGoodEnd();
            throw new SQLException("infill ended, but its ledger never said that the fill was done");
        }
    }

    private void look(InfillProcess process, Meter meter) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                see(row, process, meter);
            }
        } catch (SQLException e) {
            if (!NO_SUCH_TABLE.equals(e.getSQLState()) && !NO_SUCH_SCHEMA.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    private void see(ResultSet row, InfillProcess process, Meter meter) throws SQLException {
        submitted = row.getDouble("submitted");
        fillFrom = Math.min(fillFrom, orElse(row, "fill_from", Double.MAX_VALUE));
        fillTo = Math.max(fillTo, orElse(row, "fill_to", 0));
        verifyFrom = Math.min(verifyFrom, orElse(row, "verify_from", Double.MAX_VALUE));
        verifyTo = Math.max(verifyTo, orElse(row, "verify_to", 0));
        stage = Stage.of(row.getString("stage"));
        if (plan == 0 && row.getBoolean("planned")) {
            plan = row.getDouble("now") - row.getDouble("stage_from");
        }
        ranges = row.getLong("ranges");
        boolean left = stage.compareTo(Stage.FILL) > 0;
        if (fillTo > 0 && row.getBoolean("all_filled")) {
            sawAllFilled = true;
        } else if (left && !sawAllFilled) {
            // The last range was done and the next pass opened between two looks: the end of the stage is a little
            // later.
            fillTo = row.getDouble("fill_left");
            sawAllFilled = true;
        }
        boolean begun = fillFrom < Double.MAX_VALUE;
        if (begun && !meter.hasBegun()) {
            meter.watch(process.tool());
            meter.begin();
        }
        if (begun && left && !meter.hasEnded()) {
            meter.end();
        }
    }

    private static double orElse(ResultSet row, String column, double other) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? other : value;
    }

    Times times(@Nullable Double keysRepairedPerSecond) {
        return new Times(
                fillTo - fillFrom,
                fillTo - submitted,
                new Stages(plan, ranges, verifyTo - verifyFrom, keysRepairedPerSecond));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
