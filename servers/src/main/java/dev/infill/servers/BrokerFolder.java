package dev.infill.servers;

import dev.infill.servers.process.FreePorts;
import dev.infill.servers.process.Leftovers;
import dev.infill.servers.process.Signal;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** What a broker keeps in its folder: {@code data}, {@code broker.properties} and {@code broker.log}. */
record BrokerFolder(Path folder) {
    private static final String PORT = "infill.port";
    private static final String CONTROLLER_PORT = "infill.controller.port";

    Path data() {
        return folder.resolve("data");
    }

    Path log() {
        return folder.resolve("broker.log");
    }

    Path properties() {
        return folder.resolve("broker.properties");
    }

    /** Ends what a parent that died left running here. */
    void stopLeftovers() {
        Leftovers.in(properties(), "java").stop(Signal.TERM);
    }

    /** Writes the broker's properties and returns its port, the one of every earlier start unless told otherwise. */
    int writeProperties(BrokerSettings settings) throws IOException {
        var earlier = new Properties();
        if (Files.exists(properties())) {
            try (Reader reader = Files.newBufferedReader(properties())) {
                earlier.load(reader);
            }
        }
        int port = settings.port() != 0 ? settings.port() : portOf(earlier, PORT);
        int controllerPort = portOf(earlier, CONTROLLER_PORT);
        var properties = defaults(port, controllerPort);
        properties.putAll(settings.properties());
        properties.setProperty(PORT, Integer.toString(port));
        properties.setProperty(CONTROLLER_PORT, Integer.toString(controllerPort));
        try (Writer writer = Files.newBufferedWriter(properties())) {
            properties.store(writer, null);
        }
        return port;
    }

    /** Lets the next start choose other ports, if the log says that somebody else listens on one of these. */
    boolean forgetTakenPorts() {
        try {
            boolean taken = Files.readString(log()).contains(BindException.class.getName());
            if (taken) {
                Files.delete(properties());
                Files.delete(log());
            }
            return taken;
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static int portOf(Properties earlier, String name) {
        String port = earlier.getProperty(name);
        return port == null ? FreePorts.next() : Integer.parseInt(port);
    }

    private Properties defaults(int port, int controllerPort) {
        var properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", "1");
        properties.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        properties.setProperty("controller.listener.names", BrokerMain.CONTROLLER);
        properties.setProperty("inter.broker.listener.name", "BROKER");
        properties.setProperty("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.setProperty(
                "listeners", "BROKER://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
        properties.setProperty("log.dirs", data().toString());
        properties.setProperty("auto.create.topics.enable", "false");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        // After a crash a broker waits until its former session has timed out: 9 s with Kafka's own values.
        properties.setProperty("broker.session.timeout.ms", "2000");
        properties.setProperty("broker.heartbeat.interval.ms", "500");
        // Kafka's own value takes half of the heap.
        properties.setProperty("log.cleaner.dedupe.buffer.size", "4194304");
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            properties.setProperty(topic + ".replication.factor", "1");
            properties.setProperty(topic + ".num.partitions", "4");
        }
        properties.setProperty("transaction.state.log.min.isr", "1");
        properties.setProperty("share.coordinator.state.topic.min.isr", "1");
        return properties;
    }
}
