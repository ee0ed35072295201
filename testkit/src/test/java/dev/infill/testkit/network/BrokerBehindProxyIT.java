package dev.infill.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.servers.BrokerSettings;
import dev.infill.servers.KafkaBroker;
import dev.infill.servers.process.FreePorts;
import dev.infill.testkit.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker tells its clients where to go next, so it must know the proxy. */
class BrokerBehindProxyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path dir;

    @Test
    void clientsReachItThroughTheProxyOnly() {
        int port = FreePorts.next();
        try (var proxy = TcpProxy.to(port);
                var broker = KafkaBroker.start(dir, behind(proxy, port));
                var admin = new TestKafka("127.0.0.1:" + proxy.port(), "test.").admin()) {
            assertThat(admin.listTopics().names().toCompletionStage()).succeedsWithin(PATIENCE);

            proxy.refuse();
            var asked = admin.listTopics().names().toCompletionStage().toCompletableFuture();
            assertThat(asked).failsWithin(Duration.ofMillis(500));
            assertThat(broker.isRunning()).isTrue();
            proxy.accept();

            assertThat(asked).succeedsWithin(PATIENCE);
        }
    }

    private static BrokerSettings behind(TcpProxy proxy, int port) {
        return BrokerSettings.defaults()
                .withPort(port)
                .withProperty("advertised.listeners", "BROKER://127.0.0.1:" + proxy.port());
    }
}
