package dev.infill.cli.embedded;

import dev.infill.bridge.BridgeConfig;
import dev.infill.bridge.BridgeMain;
import dev.infill.cli.config.HttpAddress;
import dev.infill.cli.host.HttpHost;
import dev.infill.cli.host.Vitals;
import dev.infill.coordinator.CoordinatorConfig;
import dev.infill.coordinator.CoordinatorMain;
import dev.infill.coordinator.CoordinatorPart;
import dev.infill.protocol.Part;
import dev.infill.worker.WorkerConfig;
import dev.infill.worker.WorkerMain;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts that run in this process, their metrics and their HTTP server. */
public final class Parts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Parts.class);

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<Part> parts = new ArrayList<>();
    private final List<Object> beans = new ArrayList<>();
    // Last started, first closed: workers and bridge drain while the coordinator still answers.
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();

    /** None yet. */
    public Parts() {
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
    }

    /** Starts a coordinator. */
    public void coordinator(CoordinatorConfig config) {
        CoordinatorPart part = CoordinatorMain.start(config, meters);
        beans.add(part.migrations());
        add(part);
    }

    /** Starts a worker. */
    public void worker(WorkerConfig config) {
        add(WorkerMain.start(config, meters));
    }

    /** Starts a bridge. */
    public void bridge(BridgeConfig config) {
        add(BridgeMain.start(config, meters));
    }

    /** Answers over HTTP for what was started before. */
    public HttpHost serve(HttpAddress address) {
        HttpHost http = HttpHost.start(address, new Vitals(parts), meters, beans);
        closing.push(http);
        return http;
    }

    private void add(Part part) {
        parts.add(part);
        closing.push(part);
    }

    @Override
    public void close() {
        while (!closing.isEmpty()) {
            AutoCloseable next = closing.pop();
            try {
                next.close();
            } catch (Exception e) {
                // The others must be closed whatever this one does.
                log.warn("{} did not close in good order", next.getClass().getSimpleName(), e);
            }
        }
        meters.close();
    }
}
