package dev.infill.coordinator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.DatabaseUrl;
import dev.infill.protocol.status.CheckReport.Comparison.Row;
import dev.infill.protocol.status.Finding.Severity;
import dev.infill.specification.SpecificationReader;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A default gives the same in every environment before it is set in one. */
@ExtendWith(ClusterExtension.class)
class DefaultsSideBySideIT {
    private TestDatabase shop;
    private TestDatabase staging;

    @BeforeEach
    void create(TestDatabase given) throws SQLException {
        shop = given;
        shop.execute(Checked.ORDERS);
        staging = Clusters.postgres().freshDatabase();
    }

    @AfterEach
    void drop() {
        staging.close();
    }

    private Preflight.Outcome compare(String value) throws SQLException {
        String specification = Checked.SPECIFICATION.replace("bigint}", "bigint, default: \"" + value + "\"}")
                + "environments: [shop-staging]\n";
        try (Connection connection = Checked.open(shop.url())) {
            return Preflight.check(
                    connection,
                    SpecificationReader.read(specification),
                    new Environments(List.of(new DatabaseUrl(Map.of()).parse("shop-staging", staging.url()))));
        }
    }

    private static Row row(Preflight.Outcome outcome, String what) {
        return outcome.comparison().rows().stream()
                .filter(row -> row.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDefaultThatGivesAnotherValueElsewhereBlocks() throws SQLException {
        staging.execute(Checked.ORDERS, "ALTER DATABASE " + staging.name() + " SET TimeZone = 'Asia/Tokyo'");
        shop.execute("ALTER DATABASE " + shop.name() + " SET TimeZone = 'Asia/Tokyo'");
        staging.execute("CREATE FUNCTION standard() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint'");
        shop.execute("CREATE FUNCTION standard() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 2::bigint'");

        Preflight.Outcome outcome = compare("public.standard()");

        assertThat(row(outcome, "the wanted default's value").differs()).isTrue();
        assertThat(row(outcome, "the wanted default's value").values()).containsExactly("1", "2");
        assertThat(Checked.codes(outcome, Severity.BLOCK)).contains("environment-differs");
    }

    @Test
    void aRehearsalThatIsDoneHasTheDefaultThatIsWanted() throws SQLException {
        staging.execute(Checked.ORDERS, "ALTER TABLE orders ADD total_cents bigint DEFAULT 0");

        Preflight.Outcome same = compare("0");
        Preflight.Outcome other = compare("1");

        assertThat(Checked.codes(same, Severity.BLOCK))
                .as("%s", same.findings())
                .isEmpty();
        assertThat(row(other, "the default's value").differs()).isTrue();
        assertThat(Checked.codes(other, Severity.BLOCK)).containsExactly("environment-differs");
    }

    @Test
    void aColumnThatHasNoDefaultYetIsNoDifference() throws SQLException {
        staging.execute(Checked.ORDERS, "ALTER TABLE orders ADD total_cents bigint DEFAULT 0");
        shop.execute("ALTER TABLE orders ADD total_cents bigint");

        Preflight.Outcome outcome = compare("0");

        assertThat(Checked.codes(outcome, Severity.BLOCK))
                .as("%s", outcome.findings())
                .isEmpty();
    }
}
