package dev.infill.coordinator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.status.Finding.Severity;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class SignalsCheckIT {
    @Test
    void aRoleThatIsBlindIsToldWhichGrantItLacks(TestDatabase database) throws SQLException {
        String role = database.name() + "_role";
        database.execute(Checked.ORDERS, "CREATE ROLE " + role + " LOGIN");
        String url = database.url().replace("postgres@", role + "@");

        Preflight.Outcome blind = Checked.outcome(url, Checked.SPECIFICATION);
        Preflight.Outcome careless =
                Checked.outcome(url, Checked.SPECIFICATION + "pace: {maxSnapshotAge: off, maxReplicaLag: off}\n");
        database.execute("DROP ROLE " + role);

        assertThat(blind.findings())
                .filteredOn(finding -> finding.code().equals("signals-hidden"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARN);
                    assertThat(finding.remedy()).startsWith("GRANT pg_monitor TO \"" + role + "\"");
                });
        assertThat(Checked.codes(careless, Severity.WARN)).doesNotContain("signals-hidden");
    }

    @Test
    void aQueryThatTheServerRefusesIsRefused(TestDatabase database) throws SQLException {
        database.execute(Checked.ORDERS, "INSERT INTO orders VALUES (1, 1, 'a')");
        String query = Checked.SPECIFICATION + "pace: {query: {name: q, sql: '%s', max: 1}}\n";

        Preflight.Outcome writing =
                Checked.outcome(database.url(), query.formatted("DELETE FROM public.orders RETURNING 1"));
        Preflight.Outcome wrong = Checked.outcome(database.url(), query.formatted("SELECT nothing"));
        Preflight.Outcome good = Checked.outcome(database.url(), query.formatted("SELECT 1"));

        assertThat(Checked.codes(writing, Severity.BLOCK)).containsExactly("pace-query-refused");
        assertThat(Checked.codes(wrong, Severity.BLOCK)).containsExactly("pace-query-refused");
        assertThat(Checked.codes(good, Severity.BLOCK)).isEmpty();
        assertThat(database.value("SELECT count(*) FROM orders")).isEqualTo("1");
    }
}
