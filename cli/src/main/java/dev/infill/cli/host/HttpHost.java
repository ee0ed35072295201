package dev.infill.cli.host;

import dev.infill.cli.config.HttpAddress;
import dev.infill.cli.outcome.UserError;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A running HTTP server. */
public final class HttpHost implements AutoCloseable {
    private final ApplicationContext context;
    private final EmbeddedServer server;

    private HttpHost(ApplicationContext context, EmbeddedServer server) {
        this.context = context;
        this.server = server;
    }

    /**
     * Starts to answer.
     *
     * @param beans what a part's own controllers need; they come alive with them
     */
    public static HttpHost start(
            HttpAddress address, Vitals vitals, PrometheusMeterRegistry meters, List<Object> beans) {
        List<Object> singletons = new ArrayList<>(beans);
        singletons.add(vitals);
        singletons.add(meters);
        // Nothing but this map configures it: a stray variable of the environment must not open a port to the world.
        ApplicationContext context = ApplicationContext.builder()
                .deduceEnvironment(false)
                .deduceCloudEnvironment(false)
                .environmentPropertySource(false)
                .banner(false)
                .propertySources(PropertySource.of("infill", settings(address)))
                .singletons(singletons.toArray())
                .build()
                .start();
        try {
            return new HttpHost(context, context.getBean(EmbeddedServer.class).start());
        } catch (ServerStartupException e) {
            context.close();
            throw UserError.failed(
                    "port %d of %s is not free (%s); stop what uses it or set http.port in the configuration"
                            .formatted(address.port(), address.host(), reason(e)));
        }
    }

    private static Map<String, Object> settings(HttpAddress address) {
        return Map.of(
                "micronaut.application.name",
                "infill",
                "micronaut.server.host",
                address.host(),
                "micronaut.server.port",
                address.port() == 0 ? -1 : address.port(),
                "micronaut.server.netty.use-native-transport",
                false,
                "jackson.serialization-inclusion",
                "ALWAYS",
                "jackson.serialization.write-dates-as-timestamps",
                false,
                "jackson.serialization.write-durations-as-timestamps",
                false);
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    /** Where it answers. */
    public URI url() {
        return server.getURI();
    }

    @Override
    public void close() {
        context.close();
    }
}
