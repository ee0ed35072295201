package dev.infill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.kafka.KafkaClients;
import dev.infill.kafka.KafkaSettings;
import dev.infill.protocol.Directive;
import dev.infill.protocol.Directive.Order;
import dev.infill.protocol.Directive.Pace;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Part;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.Topics;
import dev.infill.protocol.json.Json;
import dev.infill.servers.BrokerSettings;
import dev.infill.servers.KafkaBroker;
import dev.infill.servers.process.FreePorts;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.testkit.TestKafka;
import dev.infill.testkit.network.TcpProxy;
import dev.infill.worker.scene.Scene;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ClusterExtension.class)
class KafkaOutageIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void waitsForTopicsThatAreNotThereYetAndOutlivesAnOutage(TestDatabase database, @TempDir Path dir)
            throws Exception {
        Scene scene = Scene.orders(database, 2000).cutAt(1000);
        int port = FreePorts.next();
        try (TcpProxy proxy = TcpProxy.to(port);
                KafkaBroker broker = KafkaBroker.start(dir, behind(proxy, port))) {
            TestKafka kafka = new TestKafka("127.0.0.1:" + proxy.port(), "");
            KafkaSettings settings =
                    new KafkaSettings(kafka.bootstrapServers(), new Topics("infill"), (short) 1, Map.of());
            WorkerConfig config = new WorkerConfig("w1", List.of(scene.target()), settings, 1, List.of());
            try (Part worker = WorkerMain.start(config, new SimpleMeterRegistry())) {
                kafka.createTopic("infill.control", 1);
                kafka.createTopic("infill.tasks." + Scene.NAME, 1);
                kafka.createTopic("infill.changes." + Scene.DATABASE, 1);
                send(settings, scene, 0);
                await().atMost(LONG).until(() -> scene.state(0).equals("done"));

                proxy.refuse();
                // Longer than the group's session timeout, so that the member is thrown out.
                await().during(Duration.ofSeconds(8)).atMost(LONG).until(() -> worker.isAlive() && broker.isRunning());
                proxy.accept();
                send(settings, scene, 1);

                await().atMost(LONG).until(() -> scene.state(1).equals("done"));
                assertThat(worker.isAlive()).isTrue();
                assertThat(scene.wrongRows()).isZero();
            }
        }
    }

    private static void send(KafkaSettings settings, Scene scene, int range) throws Exception {
        Directive directive = new Directive(
                Scene.NAME,
                Scene.DATABASE,
                Scene.ORDERS,
                1,
                Order.RUN,
                true,
                Pace.FULL,
                Ownership.DERIVED,
                Instant.now());
        byte[] task = Json.bytes(scene.task(1, TaskKind.FILL, range));
        try (Producer<String, byte[]> producer = new KafkaClients(settings).producer("test")) {
            producer.send(new ProducerRecord<>(settings.topics().control(), Scene.NAME, Json.bytes(directive)))
                    .get();
            producer.send(new ProducerRecord<>(settings.topics().tasks(Scene.NAME), "k", task))
                    .get();
        }
    }

    private static BrokerSettings behind(TcpProxy proxy, int port) {
        return BrokerSettings.defaults()
                .withPort(port)
                .withProperty("advertised.listeners", "BROKER://127.0.0.1:" + proxy.port());
    }
}
