package dev.infill.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Directive;
import dev.infill.protocol.Part;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.testkit.TestKafka;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class BridgeIT {
    private Line line;

    @BeforeEach
    void begin(TestDatabase database, TestKafka kafka) throws Exception {
        line = new Line(database.url(), kafka.bootstrapServers(), kafka.prefix().replaceFirst("\\.$", ""));
        line.createTopics();
        line.execute("CREATE TABLE t (a int NOT NULL, id bigint PRIMARY KEY, v text)");
        line.createCapture("t (id)");
        line.order(Directive.Order.RUN);
    }

    @AfterEach
    void end() throws Exception {
        line.close();
    }

    @Test
    void insertUpdateDeleteAndKeyChangeGiveTheChangedKeys() throws Exception {
        try (Part bridge = line.startBridge("b1")) {
            line.execute(
                    "INSERT INTO t VALUES (1, 10, 'secret')",
                    "UPDATE t SET v = 'other secret' WHERE id = 10",
                    "UPDATE t SET id = 11 WHERE id = 10",
                    "DELETE FROM t WHERE id = 11");
            line.everythingUpToNow();
            assertThat(bridge.isAlive()).isTrue();
        }

        assertThat(line.keys("t"))
                .containsExactlyInAnyOrder(List.of("10"), List.of("10"), List.of("10"), List.of("11"), List.of("11"));
    }
}
