package dev.infill.servers;

import dev.infill.servers.process.ServerException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a Kafka broker is set up.
 *
 * @param port 0 takes a free one at the first start, and the same again at every later start in that folder
 * @param properties Kafka's own, over ours
 * @param heapMegabytes a broker for a demo or a test runs well in 256 MB
 * @param classPath of the child; null means the class path of this process
 */
public record BrokerSettings(
        int port,
        Map<String, String> properties,
        int heapMegabytes,
        @Nullable String classPath) {
    public BrokerSettings {
        if (port < 0 || port > 65_535) {
            throw new ServerException("a port is between 0 and 65535, got " + port);
        }
        if (heapMegabytes < 128) {
            throw new ServerException("a broker needs a heap of at least 128 MB, got " + heapMegabytes);
        }
        properties = Map.copyOf(properties);
    }

    public static BrokerSettings defaults() {
        return new BrokerSettings(0, Map.of(), 256, null);
    }

    public BrokerSettings withPort(int given) {
        return new BrokerSettings(given, properties, heapMegabytes, classPath);
    }

    public BrokerSettings withProperty(String name, String value) {
        var all = new HashMap<>(properties);
        all.put(name, value);
        return new BrokerSettings(port, all, heapMegabytes, classPath);
    }

    public BrokerSettings withHeapMegabytes(int megabytes) {
        return new BrokerSettings(port, properties, megabytes, classPath);
    }

    public BrokerSettings withClassPath(String given) {
        return new BrokerSettings(port, properties, heapMegabytes, given);
    }
}
