package dev.infill.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.bench.measure.Measurement.Rows;
import dev.infill.bench.measure.Measurement.Times;
import dev.infill.bench.measure.Meter;
import dev.infill.bench.measure.TableFacts;
import dev.infill.bench.server.BenchServer;
import dev.infill.bench.table.KeyKind;
import dev.infill.bench.table.TableCopy;
import dev.infill.bench.table.TableMaker;
import dev.infill.bench.table.TableShape;
import dev.infill.testkit.Clusters;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What Infill is compared with must do the whole work, or the comparison is a lie. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BaselinesIT {
    // No multiple of a batch, and more than two of them.
    private static final int ROWS = 2500;

    private BenchServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws SQLException {
        Path binaries = Objects.requireNonNull(Clusters.postgresSettings(18).binaries());
        server = BenchServer.start(folder.resolve("postgres"), binaries, "64MB");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static List<Candidate> baselines() {
        return List.of(new OneUpdate(), new KeysetLoop(), new RangeLoop(), new TouchLoop());
    }

    @Test
    void everyOneWritesEveryRowOnceAndRight() throws SQLException, java.io.IOException {
        try (TableMaker maker = new TableMaker(server)) {
            for (KeyKind key : KeyKind.values()) {
                TableShape shape = TableShape.parse(key.word() + "-1", ROWS);
                for (Candidate candidate : baselines()) {
                    try (TableCopy copy = maker.copy(shape)) {
                        candidate.prepare(copy);
                        Rows rows = fill(candidate, copy);

                        assertThat(rows.live()).isEqualTo(ROWS);
                        assertThat(rows.updated())
                                .as(candidate.name() + " " + key)
                                .isEqualTo(ROWS);
                        assertThat(rows.wrong())
                                .as(candidate.name() + " " + key)
                                .isZero();
                    }
                }
            }
        }
    }

    private Rows fill(Candidate candidate, TableCopy copy) throws SQLException, java.io.IOException {
        try (Meter meter = new Meter(server, copy, () -> {}, () -> {})) {
            Times times = candidate.fill(copy, meter);

            assertThat(times.fill()).isPositive();
            assertThat(meter.fill().walBytes()).isGreaterThan(ROWS * 100L);
            assertThat(meter.fill().blocksDirtied()).isGreaterThan(ROWS / 100);
            return meter.sinceBegin(TableFacts.rows(copy));
        }
    }

    @Test
    void aCopyHasTheRowsAndTheKeysThatTheApplicationExpects() throws SQLException {
        try (TableMaker maker = new TableMaker(server);
                TableCopy copy = maker.copy(TableShape.parse("uuid-8-wide-ff80", 200));
                Connection connection = copy.connect("test");
                var statement = connection.prepareStatement(
                        "SELECT count(*), count(*) FILTER (WHERE id = ?::uuid) FROM public.orders")) {
            statement.setString(1, KeyKind.UUID.key(200));
            try (ResultSet result = statement.executeQuery()) {
                result.next();

                assertThat(result.getLong(1)).isEqualTo(200);
                assertThat(result.getLong(2)).isEqualTo(1);
            }
        }
    }
}
