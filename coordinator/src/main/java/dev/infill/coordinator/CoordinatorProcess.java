package dev.infill.coordinator;

import dev.infill.coordinator.http.Migrations;
import dev.infill.coordinator.lead.DatabaseLeader;
import dev.infill.coordinator.stream.ProgressStream;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;

/** The threads and clients of one coordinator. */
final class CoordinatorProcess implements CoordinatorPart {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final List<DatabaseLeader> leaders;
    private final Migrations migrations;
    private final ProgressStream progress;
    private final Producer<String, byte[]> producer;
    private final Admin admin;
    private final AtomicBoolean closed = new AtomicBoolean();

    CoordinatorProcess(
            List<DatabaseLeader> leaders,
            Migrations migrations,
            ProgressStream progress,
            Producer<String, byte[]> producer,
            Admin admin) {
        this.leaders = leaders;
        this.migrations = migrations;
        this.progress = progress;
        this.producer = producer;
        this.admin = admin;
    }

    void start(MeterRegistry meters) {
        leaders.forEach(DatabaseLeader::start);
        progress.start();
        Gauge.builder("infill.coordinator.connected", this, c -> c.isReady() ? 1 : 0)
                .description("whether every database answers")
                .register(meters);
    }

    @Override
    public Migrations migrations() {
        return migrations;
    }

    @Override
    public boolean isAlive() {
        return leaders.stream().allMatch(DatabaseLeader::isAlive);
    }

    @Override
    public boolean isReady() {
        return leaders.stream().allMatch(DatabaseLeader::isConnected);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            leaders.forEach(DatabaseLeader::close);
            progress.close();
            producer.close(CLOSE_TIMEOUT);
            admin.close(CLOSE_TIMEOUT);
        }
    }
}
