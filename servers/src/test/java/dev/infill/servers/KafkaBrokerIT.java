package dev.infill.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.servers.process.ServerException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerIT {
    @TempDir
    private Path dir;

    @Test
    void comesBackOnItsPortWithItsTopicsAfterAStopAndAfterAKill() throws Exception {
        int port;
        try (var broker = KafkaBroker.start(dir, BrokerSettings.defaults())) {
            port = broker.port();
            create(broker, "before-stop");
        }

        try (var broker = KafkaBroker.start(dir, BrokerSettings.defaults())) {
            assertThat(broker.port()).isEqualTo(port);
            create(broker, "before-kill");
            broker.kill();
            assertThat(broker.isRunning()).isFalse();
        }
        try (var broker = KafkaBroker.start(dir, BrokerSettings.defaults())) {
            assertThat(broker.port()).isEqualTo(port);
            assertThat(topics(broker)).containsExactlyInAnyOrder("before-stop", "before-kill");
        }
    }

    @Test
    void refusesASecondStartInTheSameFolder() {
        try (var broker = KafkaBroker.start(dir, BrokerSettings.defaults())) {
            assertThatThrownBy(() -> KafkaBroker.start(dir, BrokerSettings.defaults()))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining(dir + " is in use by process ");

            assertThat(broker.isRunning()).isTrue();
        }
    }

    @Test
    void quotesItsLogWhenItCannotStart() {
        var settings = BrokerSettings.defaults().withProperty("num.partitions", "none");

        assertThatThrownBy(() -> KafkaBroker.start(dir, settings))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining(dir.resolve("broker.log").toString())
                .hasMessageContaining("num.partitions");
    }

    @Test
    void answersNothingWhileItIsSuspended() throws Exception {
        try (var broker = KafkaBroker.start(dir, BrokerSettings.defaults());
                var admin = admin(broker)) {
            admin.listTopics().names().get();

            broker.suspend();
            var asked = admin.listTopics().names().toCompletionStage().toCompletableFuture();
            assertThat(asked).failsWithin(Duration.ofMillis(500));
            assertThat(broker.isRunning()).isTrue();
            broker.resume();

            assertThat(asked).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    @Test
    void closesWhileItIsSuspendedAndMayBeClosedTwice() {
        var broker = KafkaBroker.start(dir, BrokerSettings.defaults());
        broker.suspend();

        broker.close();
        broker.close();

        assertThat(broker.isRunning()).isFalse();
        assertThat(dir.resolve("data/.kafka_cleanshutdown")).exists();
    }

    @Test
    void stopsInGoodOrderWhenItIsAskedToTerminate() {
        try (var broker = KafkaBroker.start(dir, BrokerSettings.defaults())) {
            ProcessHandle.of(broker.pid()).orElseThrow().destroy();

            Awaitility.await().until(() -> !broker.isRunning());
            assertThat(dir.resolve("data/.kafka_cleanshutdown")).exists();
        }
    }

    @Test
    void startsWhenAnEarlierAttemptFailed() {
        assertThatThrownBy(
                        () -> KafkaBroker.start(dir, BrokerSettings.defaults().withProperty("num.partitions", "none")))
                .isInstanceOf(ServerException.class);

        try (var broker = KafkaBroker.start(dir, BrokerSettings.defaults())) {
            assertThat(broker.isRunning()).isTrue();
        }
    }

    private static void create(KafkaBroker broker, String topic) throws ExecutionException, InterruptedException {
        try (var admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
        }
    }

    private static Set<String> topics(KafkaBroker broker) throws ExecutionException, InterruptedException {
        try (var admin = admin(broker)) {
            return admin.listTopics().names().get();
        }
    }

    private static Admin admin(KafkaBroker broker) {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
    }
}
