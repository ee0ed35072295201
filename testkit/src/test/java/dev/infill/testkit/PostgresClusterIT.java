package dev.infill.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tests rely on, embedded and with {@code -Dclusters=containers} alike. */
class PostgresClusterIT {
    @ParameterizedTest
    @ValueSource(ints = {14, 16, 18})
    void servesTheVersionAskedForAsProductionWould(int version) throws SQLException {
        var cluster = Clusters.postgres(version);

        try (var database = cluster.freshDatabase()) {
            assertThat(cluster.version()).isEqualTo(version);
            assertThat(database.value("show server_version")).startsWith(version + ".");
            assertThat(database.value("show wal_level")).isEqualTo("logical");
            assertThat(database.value("show fsync")).isEqualTo("on");
            assertThat(database.value("show server_encoding")).isEqualTo("UTF8");
            assertThat(database.value("select rolsuper from pg_roles where rolname = current_user"))
                    .isEqualTo("t");
        }
    }

    @Test
    void isStartedOnce() {
        assertThat(Clusters.postgres()).isSameAs(Clusters.postgres());
    }

    @Test
    void keepsDatabasesApart() throws SQLException {
        try (var first = Clusters.postgres().freshDatabase();
                var second = Clusters.postgres().freshDatabase()) {
            first.execute("create table only_here (id int)");

            assertThat(second.value("select to_regclass('only_here')")).isNull();
        }
    }

    @Test
    void dropsADatabaseWithItsSessionsAndSlots() throws SQLException {
        var database = Clusters.postgres().freshDatabase();
        try (var left = database.connect()) {
            database.execute("select pg_create_logical_replication_slot('slot_of_' || current_database(), 'pgoutput')");

            database.close();

            assertThat(left.isValid(1)).isFalse();
        }
        try (var other = Clusters.postgres().freshDatabase()) {
            assertThat(other.value("select count(*) from pg_database where datname = '%s'".formatted(database.name())))
                    .isEqualTo("0");
            assertThat(other.value("select count(*) from pg_replication_slots where database = '%s'"
                            .formatted(database.name())))
                    .isEqualTo("0");
        }
    }

    @Test
    void givesAUrlForProgramsThatAreNotJava() throws SQLException {
        try (var database = Clusters.postgres().freshDatabase()) {
            assertThat(database.url()).matches("postgres://postgres(:postgres)?@[^/]+:\\d+/" + database.name());
        }
    }
}
