package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.testkit.process.ChildProcess;
import dev.infill.testkit.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Kafka's own {@code kafka-consumer-groups --describe}. */
final class LagTool {
    private static final String MAIN = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
    private static final List<String> HEAD =
            List.of("GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG");

    private final Path log;
    private final String bootstrapServers;

    LagTool(Path log, String bootstrapServers) {
        this.log = log;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * What it printed.
     *
     * @param byPartition the lag of each partition that it lists
     */
    record Lag(Map<Integer, Long> byPartition) {
        long sum() {
            return byPartition.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Runs it. It exits with 0 for a group that it does not know, so that only its table counts. */
    Lag describe(String group, String topic) {
        Command command = Command.java(
                log,
                MAIN,
                "--bootstrap-server",
                bootstrapServers,
                "--describe",
                "--group",
                group,
                "--timeout",
                "20000");
        try (ChildProcess tool = ChildProcess.start(command)) {
            assertThat(tool.waitForExit(Duration.ofMinutes(3))).isZero();
            Map<Integer, Long> byPartition = new TreeMap<>();
            int head = -1;
            for (String line : tool.lines()) {
                List<String> fields = List.of(line.strip().split("\\s+", -1));
                if (fields.size() > HEAD.size()
                        && fields.subList(0, HEAD.size()).equals(HEAD)) {
                    head = 1;
                } else if (head > 0
                        && fields.size() > HEAD.size()
                        && fields.get(1).equals(topic)) {
                    assertThat(fields.get(3))
                            .as("committed offset in '%s'", line)
                            .matches("\\d+");
                    byPartition.put(Integer.valueOf(fields.get(2)), Long.valueOf(fields.get(5)));
                }
            }
            assertThat(byPartition).as("what it printed: %s", tool.lines()).isNotEmpty();
            return new Lag(byPartition);
        }
    }
}
