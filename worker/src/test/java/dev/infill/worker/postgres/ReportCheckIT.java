package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.ReportLedger;
import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.MigrationStatus.Staleness;
import dev.infill.protocol.status.Promise;
import dev.infill.protocol.status.Proof;
import dev.infill.protocol.status.VerifyReport;
import dev.infill.protocol.status.VerifyReport.Breach;
import dev.infill.protocol.status.VerifyReport.Place;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.VerifyMain;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class ReportCheckIT {
    private static final int ROWS = 3000;

    @Test
    void theReportHasWhatWasPromisedAndWhatShowsIt(TestDatabase database) throws Exception {
        Scene scene = made(database);
        database.execute(
                "INSERT INTO infill.gate (migration, gate, opened_by, evidence) VALUES ('" + Scene.NAME
                        + "', 'writes', 'ada', 'release 7 is out')",
                "INSERT INTO infill.audit (at, migration, actor, action) VALUES ('2020-01-01', '" + Scene.NAME
                        + "', 'bob', 'of another life')",
                "INSERT INTO infill.audit (migration, actor, action, detail) VALUES ('" + Scene.NAME
                        + "', 'ada', 'approve writes', 'release 7 is out')",
                "INSERT INTO infill.audit (migration, actor, action, detail) VALUES ('" + Scene.NAME
                        + "', 'coordinator', 'gap', '')",
                "UPDATE infill.range SET errors = 2, error_seen = 'SQLSTATE 55P03' WHERE number = 1");

        MigrationReport report = closed(scene);

        Proof proof = proof(report);
        assertThat(report.promise()).isEqualTo(promise(scene));
        assertThat(proof.ranges()).hasSize(3).allSatisfy(range -> {
            assertThat(range.digest()).matches("[0-9a-f]{16}");
            assertThat(range.comparedAt()).isNotNull();
            assertThat(range.verifiedAt()).isNotNull();
        });
        assertThat(proof.ranges().get(1).from()).containsExactly("1000");
        assertThat(proof.ranges().get(1).lastError()).isEqualTo("SQLSTATE 55P03");
        Proof.Digest digest = digest(report);
        assertThat(digest.rows()).isEqualTo(ROWS);
        assertThat(digest.from()).isBeforeOrEqualTo(digest.to());
        assertThat(proof.faults()).isEqualTo(new Proof.Faults(0, 2, 1, 0, 0, List.of()));
        assertThat(proof.approvals()).singleElement().satisfies(gate -> {
            assertThat(gate.by()).isEqualTo("ada");
            assertThat(gate.evidence()).isEqualTo("release 7 is out");
        });
        assertThat(proof.acts()).extracting(Proof.Act::action).containsExactly("approve writes", "gap");
        assertThat(Json.read(String.valueOf(database.value("SELECT report FROM infill.report")), MigrationReport.class))
                .isEqualTo(report);
    }

    @Test
    void findsEverythingAsPromised(TestDatabase database) throws Exception {
        Scene scene = made(database);
        MigrationReport report = closed(scene);
        AtomicLong told = new AtomicLong();

        VerifyReport verified = VerifyMain.verify(report, scene.target(), told::set);

        assertThat(verified.breaches()).isEmpty();
        assertThat(verified.rows()).isEqualTo(new VerifyReport.Rows(ROWS, 0, List.of()));
        assertThat(verified.isKept()).isTrue();
        assertThat(verified.digests().comparable()).isTrue();
        assertThat(verified.digests().ranges()).isEqualTo(3);
        assertThat(verified.digests().unchanged()).isEqualTo(3);
        assertThat(verified.digests().now()).isEqualTo(digest(report).value());
        assertThat(told).hasValue(ROWS);
    }

    @Test
    void findsRowsThatDifferAndTheirPlaceWithoutTheirValues(TestDatabase database) throws Exception {
        Scene scene = made(database);
        MigrationReport report = closed(scene);
        database.execute(
                "UPDATE orders SET total_cents = 7766554433 WHERE id = 1500",
                // Beyond the last key that the fill saw.
                "INSERT INTO orders VALUES (987654, 1.23, 7766554433), (987655, 1, 100)");

        VerifyReport verified = VerifyMain.verify(report, scene.target(), rows -> {});

        assertThat(verified.isKept()).isFalse();
        assertThat(verified.rows().compared()).isEqualTo(ROWS + 2);
        assertThat(verified.rows().differing()).isEqualTo(2);
        assertThat(verified.rows().where()).extracting(Place::range).containsExactly(1, 2);
        assertThat(verified.rows().where()).extracting(Place::differing).containsExactly(1L, 1L);
        assertThat(verified.digests().unchanged()).isEqualTo(1);
        assertThat(Json.write(verified)).doesNotContain("7766554433");
    }

    @Test
    void walksOverPagesAndBeyondTheLastThatWasCut(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, ROWS).cutByPages(5);
        database.execute("VACUUM ANALYZE orders");
        fillAndVerify(scene);
        MigrationReport report = closed(scene);
        assertThat(VerifyMain.verify(report, scene.target(), rows -> {}).digests())
                .satisfies(digests -> {
                    assertThat(digests.ranges())
                            .isEqualTo(proof(report).ranges().size());
                    assertThat(digests.unchanged()).isEqualTo(digests.ranges());
                });
        database.execute("INSERT INTO orders SELECT i, 1, 100 FROM generate_series(10001, 12000) i");
        database.execute("INSERT INTO orders VALUES (99999, 1, 99)");

        VerifyReport verified = VerifyMain.verify(report, scene.target(), rows -> {});

        assertThat(verified.rows().compared()).isEqualTo(ROWS + 2001);
        assertThat(verified.rows().differing()).isEqualTo(1);
        assertThat(verified.rows().where().get(0).range()).isNull();
    }

    @Test
    void comparesAllOfATableThatWasRewrittenWithTheDigestOverAllRanges(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, ROWS).cutByPages(5);
        fillAndVerify(scene);
        MigrationReport report = closed(scene);
        database.execute("VACUUM FULL orders");

        VerifyReport verified = VerifyMain.verify(report, scene.target(), rows -> {});

        assertThat(verified.rows().compared()).isEqualTo(ROWS);
        assertThat(verified.isKept()).isTrue();
        assertThat(verified.digests().ranges()).isZero();
        assertThat(verified.digests().now()).isEqualTo(digest(report).value());
    }

    @Test
    void walksOverEveryPartitionAlsoOverOneThatCameLater(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, total_cents bigint) PARTITION BY RANGE (id)",
                "CREATE TABLE low PARTITION OF orders FOR VALUES FROM (1) TO (1000)",
                "CREATE TABLE high PARTITION OF orders FOR VALUES FROM (1000) TO (5000)",
                "INSERT INTO orders SELECT i, i, i * 100 FROM generate_series(1, 3000) i",
                "ANALYZE orders");
        Scene scene = Scene.of(database, List.of(new Column("id", "bigint")), "round(total * 100)::bigint");
        database.execute("INSERT INTO infill.range"
                + " (migration, number, lower_key, upper_key, relation, file_node, pass, kind)"
                + " SELECT '" + Scene.NAME + "', row_number() OVER () - 1, '{\"(0,0)\"}',"
                + " ARRAY['(' || pg_relation_size(oid) / 8192 || ',0)'], oid, pg_relation_filenode(oid), 1, 'fill'"
                + " FROM pg_class WHERE relname IN ('low', 'high')");
        fillAndVerify(scene);
        MigrationReport report = closed(scene);
        assertThat(proof(report).ranges())
                .extracting(range ->
                        Objects.requireNonNull(range.pages()).relation().name())
                .containsExactlyInAnyOrder("low", "high");
        VerifyReport same = VerifyMain.verify(report, scene.target(), rows -> {});
        assertThat(same.rows()).isEqualTo(new VerifyReport.Rows(ROWS, 0, List.of()));
        assertThat(same.digests().unchanged()).isEqualTo(2);
        database.execute(
                "CREATE TABLE later PARTITION OF orders FOR VALUES FROM (5000) TO (6000)",
                "INSERT INTO orders VALUES (5500, 1, 1)",
                "VACUUM FULL low");

        VerifyReport verified = VerifyMain.verify(report, scene.target(), rows -> {});

        assertThat(verified.rows().compared()).isEqualTo(ROWS + 1);
        assertThat(verified.rows().differing()).isEqualTo(1);
        assertThat(verified.digests().ranges())
                .as("those that lie where they did")
                .isEqualTo(1);
        assertThat(verified.digests().unchanged()).isEqualTo(1);
    }

    @Test
    void namesWhatIsMissingOfColumnIndexesAndConstraints(TestDatabase database) throws Exception {
        Scene scene = made(database);
        MigrationReport report = closed(scene);
        database.execute(
                "ALTER TABLE orders ALTER total_cents DROP NOT NULL",
                "DROP INDEX orders_total_cents_idx",
                "ALTER TABLE orders DROP CONSTRAINT positive",
                "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total_cents >= 0) NOT VALID");

        assertThat(codes(report, scene)).containsExactly("null-allowed", "index-missing", "constraint-not-validated");

        database.execute("ALTER TABLE orders ALTER total_cents TYPE numeric");
        assertThat(codes(report, scene)).contains("column-type");
        database.execute("ALTER TABLE orders DROP total_cents CASCADE");
        VerifyReport verified = VerifyMain.verify(report, scene.target(), rows -> {});
        assertThat(verified.breaches()).extracting(Breach::code).contains("column-missing", "constraint-missing");
        assertThat(verified.rows().compared()).isZero();
    }

    @Test
    void countsRowsForWhichTheExpressionFails(TestDatabase database) throws Exception {
        Scene scene = made(database);
        MigrationReport report = closed(scene);
        database.execute("UPDATE orders SET total = 1e30 WHERE id IN (1234, 1235)");

        VerifyReport verified = VerifyMain.verify(report, scene.target(), rows -> {});

        assertThat(verified.rows().compared()).isEqualTo(ROWS);
        assertThat(verified.rows().differing()).isEqualTo(2);
        assertThat(verified.rows().where()).allSatisfy(place -> {
            assertThat(place.rows()).isEqualTo(1);
            assertThat(place.failure()).contains("22003");
        });
    }

    @Test
    void doesNotRunAReportThatHidesAStatement(TestDatabase database) throws Exception {
        Scene scene = made(database);
        Migration honest = scene.migration();
        Migration hidden = new Migration(
                honest.name(),
                honest.database(),
                honest.table(),
                honest.key(),
                honest.column(),
                new Migration.Fill("1); DELETE FROM public.orders; SELECT (1", Migration.Keep.DERIVED));
        Migration crooked = new Migration(
                honest.name(),
                honest.database(),
                honest.table(),
                List.of(new Column("id", "bigint; DELETE FROM public.orders; --")),
                honest.column(),
                honest.fill());
        MigrationReport report = closed(scene);

        assertThatThrownBy(() -> VerifyMain.verify(with(report, hidden), scene.target(), rows -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(codes(with(report, crooked), scene)).containsExactly("key-changed");
        assertThat(scene.number("SELECT count(*) FROM orders")).isEqualTo(ROWS);
    }

    @Test
    void leavesASessionThatCannotWrite(TestDatabase database) throws Exception {
        Scene scene = made(database);
        MigrationReport report = closed(scene);
        try (Connection connection = Sessions.open(scene.target(), Manners.of("infill test"));
                var statement = connection.createStatement()) {
            ReportCheck.check(report, connection, () -> java.time.Duration.ofNanos(System.nanoTime()), rows -> {});

            assertThatThrownBy(() -> statement.execute("DELETE FROM public.orders"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("read-only");
        }
    }

    private static List<String> codes(MigrationReport report, Scene scene) throws SQLException {
        return VerifyMain.verify(report, scene.target(), rows -> {}).breaches().stream()
                .map(Breach::code)
                .toList();
    }

    private static MigrationReport with(MigrationReport report, Migration definition) {
        Promise promise = Objects.requireNonNull(report.promise());
        return new MigrationReport(
                report.migration(),
                report.outcome(),
                report.table(),
                report.column(),
                report.startedAt(),
                report.finishedAt(),
                report.stages(),
                report.rows(),
                report.ranges(),
                report.how(),
                report.growth(),
                report.staleness(),
                report.gates(),
                report.protection(),
                new Promise(definition, promise.notNull(), promise.indexes(), promise.constraints(), ""),
                report.proof(),
                report.schemaChanges(),
                report.ownership());
    }

    private static Proof proof(MigrationReport report) {
        return Objects.requireNonNull(report.proof());
    }

    private static Proof.Digest digest(MigrationReport report) {
        return Objects.requireNonNull(proof(report).digest());
    }

    /** Filled, verified, indexed and constrained, in three key ranges. */
    private static Scene made(TestDatabase database) throws Exception {
        Scene scene = Scene.orders(database, ROWS);
        database.execute("UPDATE orders SET total = 0 WHERE total IS NULL");
        scene.cutAt(1000, 2000);
        fillAndVerify(scene);
        database.execute(
                "CREATE INDEX orders_total_cents_idx ON orders (total_cents)",
                "ALTER TABLE orders ALTER total_cents SET NOT NULL,"
                        + " ADD CONSTRAINT positive CHECK (total_cents >= 0)");
        return scene;
    }

    private static void fillAndVerify(Scene scene) throws Exception {
        try (Bench bench = new Bench(scene, "w1")) {
            long ranges = scene.number("SELECT count(*) FROM infill.range");
            for (int range = 0; range < ranges; range++) {
                bench.work(1, TaskKind.FILL, range);
            }
            // What a coordinator does when a page range's table grew by its fill.
            scene.database()
                    .execute(
                            "UPDATE infill.range SET upper_key = ARRAY['(' || pg_relation_size(relation) / 8192 || ',0)']"
                                    + " WHERE file_node IS NOT NULL AND number = " + (ranges - 1));
            scene.open(2, TaskKind.VERIFY);
            for (int range = 0; range < ranges; range++) {
                bench.work(2, TaskKind.VERIFY, range);
            }
        }
    }

    private static Promise promise(Scene scene) {
        return new Promise(
                scene.migration(),
                true,
                List.of(new Promise.Index("orders_total_cents_idx", List.of("total_cents"))),
                List.of(new Promise.Constraint("positive", "CHECK (total_cents >= 0)")),
                "migration: " + Scene.NAME);
    }

    /** The report that ends the migration. */
    private static MigrationReport closed(Scene scene) throws SQLException {
        boolean byPages = scene.number("SELECT count(file_node) FROM infill.range") > 0;
        Promise all = promise(scene);
        Promise promise = byPages ? new Promise(scene.migration(), false, List.of(), List.of(), "") : all;
        try (Connection connection = scene.database().connect()) {
            MigrationReport report = ReportLedger.close(connection, promise, "complete", new Staleness(1, 2, 3));
            assertThat(proof(report).ownership()).isEqualTo(Ownership.DERIVED);
            return report;
        }
    }
}
