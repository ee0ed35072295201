package dev.infill.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class LostCommitIT {
    @BeforeEach
    void createTable(TestDatabase database) throws SQLException {
        database.execute("create table kept (id int)");
    }

    @Test
    void theRowIsThereThoughTheClientSawAFailure(TestDatabase database) throws SQLException {
        try (var proxy = TcpProxy.to(database.port())) {
            try (var connection = connect(database, proxy)) {
                insert(connection);
                var cut = proxy.cutAfterClientSends("COMMIT");

                assertThatThrownBy(connection::commit)
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("I/O error");
                assertThat(cut).succeedsWithin(Duration.ofSeconds(20));
            }
        }

        assertThat(database.value("select count(*) from kept")).isEqualTo("1");
    }

    @Test
    void theRowIsMissingWhenTheServerNeverHeard(TestDatabase database) throws SQLException {
        try (var proxy = TcpProxy.to(database.port())) {
            try (var connection = connect(database, proxy)) {
                insert(connection);
                var cut = proxy.cutBeforeServerGets("COMMIT");

                assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
                assertThat(cut).succeedsWithin(Duration.ofSeconds(20));
            }
        }

        assertThat(database.value("select count(*) from kept")).isEqualTo("0");
    }

    private static Connection connect(TestDatabase database, TcpProxy proxy) throws SQLException {
        var connection = database.through(proxy.port()).connect();
        connection.setAutoCommit(false);
        return connection;
    }

    private static void insert(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("insert into kept values (1)");
        }
    }
}
