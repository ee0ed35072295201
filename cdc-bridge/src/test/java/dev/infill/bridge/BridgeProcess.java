package dev.infill.bridge;

import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.protocol.Part;
import dev.infill.protocol.Topics;
import dev.infill.testkit.process.ChildProcess;
import dev.infill.testkit.process.Command;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A bridge in a process of its own, to be killed. */
final class BridgeProcess {
    private BridgeProcess() {}

    static ChildProcess start(String id, String url, String bootstrapServers, String prefix) {
        return ChildProcess.start(Command.java(
                        Path.of("target", "bridge-" + prefix + "-" + id + ".log"),
                        BridgeProcess.class.getName(),
                        id,
                        url,
                        bootstrapServers,
                        prefix)
                .withJvmOptions("-Xmx96m", "-Dlogback.configurationFile=bridge-process-logback.xml"));
    }

    public static void main(String[] arguments) throws Exception {
        BridgeConfig config = new BridgeConfig(
                arguments[0],
                List.of(new DatabaseUrl(Map.of()).parse("shop", arguments[1])),
                new KafkaSettings(arguments[2], new Topics(arguments[3]), (short) -1, Map.of()));
        try (Part bridge = BridgeMain.start(config, new SimpleMeterRegistry())) {
            System.out.println("bridge started, alive: " + bridge.isAlive());
            new CountDownLatch(1).await();
        }
    }
}
