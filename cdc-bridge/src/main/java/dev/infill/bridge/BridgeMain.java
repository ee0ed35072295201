package dev.infill.bridge;

import dev.infill.bridge.debezium.Capture;
import dev.infill.bridge.kafka.ChangesTopic;
import dev.infill.bridge.kafka.OrdersListener;
import dev.infill.kafka.KafkaClients;
import dev.infill.postgres.Database;
import dev.infill.protocol.Part;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** Starts a bridge. */
public final class BridgeMain {
    private BridgeMain() {}

    /** A bridge that hears the coordinator's orders and reads the logs of the databases that have to be captured. */
    public static Part start(BridgeConfig config, MeterRegistry registry) {
        KafkaClients clients = new KafkaClients(config.kafka());
        String client = "infill-bridge-" + config.id();
        // Unlike the id, which two bridges could share by mistake, this tells our own left sessions from another
        // bridge's.
        String application = "infill bridge " + config.id() + " "
                + UUID.randomUUID().toString().substring(0, 8);
        OrdersListener orders = new OrdersListener(clients, client + "-control");
        List<Capture> captures = config.databases().stream()
                .map(database -> new Capture(
                        new Capture.Task(
                                database,
                                application,
                                () -> wants(orders, database),
                                () -> ChangesTopic.open(clients, client, database.name())),
                        registry,
                        InstantSource.system()))
                .toList();
        return new Bridge(orders, captures);
    }

    private static boolean wants(OrdersListener orders, Database database) {
        return orders.orders().databases().contains(database.name());
    }

    private record Bridge(OrdersListener orders, List<Capture> captures) implements Part {
        @Override
        public boolean isAlive() {
            return orders.isAlive() && captures.stream().allMatch(Capture::isAlive);
        }

        @Override
        public boolean isReady() {
            return orders.caughtUp()
                    && captures.stream().noneMatch(capture -> capture.standing() == Capture.Standing.WAITING);
        }

        @Override
        public void close() {
            captures.stream().parallel().forEach(Capture::close);
            orders.close();
        }
    }
}
