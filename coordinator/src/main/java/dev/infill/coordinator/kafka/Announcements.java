package dev.infill.coordinator.kafka;

import dev.infill.protocol.Directive;
import dev.infill.protocol.Topics;
import dev.infill.protocol.json.Json;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;

/** Directives for workers and bridge, lifecycle events for whoever listens. Not waited for: they are said again. */
public final class Announcements {
    private final Producer<String, byte[]> producer;
    private final Topics topics;

    public Announcements(Producer<String, byte[]> producer, Topics topics) {
        this.producer = producer;
        this.topics = topics;
    }

    /** Tells workers and bridge what to do for a migration. */
    public void direct(Directive directive) {
        producer.send(new ProducerRecord<>(topics.control(), directive.migration(), Json.bytes(directive)));
    }

    /** Takes a migration out of the control topic. */
    public void forget(String migration) {
        producer.send(new ProducerRecord<>(topics.control(), migration, null));
        producer.send(new ProducerRecord<>(topics.progress(), migration, null));
    }

    /** Tells whoever listens what happened. */
    public void happened(String migration, String what, String detail, Instant at) {
        producer.send(new ProducerRecord<>(
                topics.events(),
                migration,
                Json.bytes(Map.of("migration", migration, "what", what, "detail", detail, "at", at.toString()))));
    }

    /** Waits until what was said is with Kafka, but not for long. */
    public void flush() {
        try {
            producer.flush();
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }
}
