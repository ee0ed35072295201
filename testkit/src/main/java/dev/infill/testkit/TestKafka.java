package dev.infill.testkit;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * One test's part of a broker.
 *
 * @param prefix of its topics and groups, with a dot at its end
 */
public record TestKafka(String bootstrapServers, String prefix) {
    /** The name that this test's topic or group goes by. */
    public String name(String plain) {
        return prefix + plain;
    }

    /** Creates a topic and returns its full name. */
    public String createTopic(String plain, int partitions) {
        try (var admin = admin()) {
            admin.createTopics(Set.of(new NewTopic(name(plain), Optional.of(partitions), Optional.empty())))
                    .all()
                    .get();
            return name(plain);
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException("cannot create the topic " + name(plain) + ": " + e.getMessage(), e);
        }
    }

    /** A client which the caller closes. */
    public Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }
}
