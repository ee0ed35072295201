package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Column;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.scene.Bench;
import dev.infill.worker.scene.Scene;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How the server goes about our statements, where the wrong way would be right and never end. */
@ExtendWith(ClusterExtension.class)
class PlansIT {
    private static final List<Column> KEY = List.of(new Column("region", "text"), new Column("id", "integer"));

    private static Scene regions(TestDatabase database) throws SQLException {
        database.execute(
                "CREATE TABLE orders (region text, id int, total_cents bigint, PRIMARY KEY (region, id))",
                "INSERT INTO orders SELECT chr(97 + i % 5), i, NULL FROM generate_series(1, 20000) i",
                "ANALYZE orders");
        return Scene.of(database, KEY, "id * 2");
    }

    private static String countWindow(Scene scene) {
        return new RangeSql(new TableSql(scene.migration()), scene.migration().key()).count(true, true);
    }

    private static void setWindow(PreparedStatement statement) throws SQLException {
        String[] bounds = {"b", "500", "b", "700"};
        for (int i = 0; i < bounds.length; i++) {
            statement.setString(i + 1, bounds[i]);
        }
    }

    @Test
    void aWindowOfAKeyOfSeveralColumnsIsFoundInTheIndexAndNothingElseIsRead(TestDatabase database) throws SQLException {
        Scene scene = regions(database);
        StringBuilder plan = new StringBuilder();
        try (Connection connection = database.connect();
                PreparedStatement explain = connection.prepareStatement("EXPLAIN " + countWindow(scene))) {
            setWindow(explain);
            try (ResultSet lines = explain.executeQuery()) {
                while (lines.next()) {
                    plan.append(lines.getString(1)).append('\n');
                }
            }
        }

        assertThat(plan.toString())
                .contains("Index Cond: ((ROW(region, id) >= ")
                .doesNotContain("Filter");
    }

    @Test
    void aWindowIsPlannedForItsOwnBoundsHoweverOftenItsStatementRuns(TestDatabase database) throws SQLException {
        Scene scene = regions(database);
        try (Bench bench = new Bench(scene, "w1");
                WorkerSessions.Loan loan = bench.sessions().borrow(Scene.DATABASE)) {
            Connection connection = loan.session().connection();
            for (int run = 0; run < 12; run++) {
                try (PreparedStatement statement = connection.prepareStatement(countWindow(scene))) {
                    setWindow(statement);
                    statement.executeQuery().close();
                }
            }

            String plans = "SELECT generic_plans || '/' || custom_plans FROM pg_prepared_statements"
                    + " WHERE statement LIKE 'SELECT count(*) FROM%orders%'";
            try (PreparedStatement look = connection.prepareStatement(plans);
                    ResultSet result = look.executeQuery()) {
                assertThat(result.next()).isTrue();
                assertThat(result.getString(1)).isEqualTo("0/12");
            }
        }
    }
}
