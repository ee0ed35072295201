package dev.infill.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class ClusterExtensionIT {
    @BeforeEach
    void createTable(TestDatabase database) throws SQLException {
        database.execute("create table numbers (number int)");
    }

    @RepeatedTest(2)
    void givesEachTestItsOwnDatabaseAndPrefix(TestDatabase database, TestKafka kafka) throws SQLException {
        database.execute("insert into numbers values (1)");

        assertThat(database.value("select count(*) from numbers")).isEqualTo("1");
        assertThat(kafka.createTopic("fresh", 1)).startsWith(kafka.prefix());
    }
}
