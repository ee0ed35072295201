package dev.infill.coordinator.kafka;

import dev.infill.protocol.Directive;
import dev.infill.protocol.Topics;
import dev.infill.protocol.json.Json;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Directives for workers and bridge, lifecycle events for whoever listens. Not waited for: they are said again. */
public final class Announcements {
    private static final Logger log = LoggerFactory.getLogger(Announcements.class);

    private final Producer<String, byte[]> producer;
    private final Topics topics;

    public Announcements(Producer<String, byte[]> producer, Topics topics) {
        this.producer = producer;
        this.topics = topics;
    }

    /** Tells workers and bridge what to do for a migration. */
    public void direct(Directive directive) {
        say(new ProducerRecord<>(topics.control(), directive.migration(), Json.bytes(directive)));
    }

    /** Takes a migration out of the control topic. */
    public void forget(String migration) {
        say(new ProducerRecord<>(topics.control(), migration, null));
        say(new ProducerRecord<>(topics.progress(), migration, null));
    }

    /** Tells whoever listens what happened. */
    public void happened(String migration, String what, String detail, Instant at) {
        say(new ProducerRecord<>(
                topics.events(),
                migration,
                Json.bytes(Map.of("migration", migration, "what", what, "detail", detail, "at", at.toString()))));
    }

    private void say(ProducerRecord<String, byte[]> message) {
        Future<RecordMetadata> unawaited = producer.send(message, (place, failure) -> {
            if (failure != null) {
                log.debug("A message for {} was lost; it is said again.", message.topic(), failure);
            }
        });
        log.trace("Said {}: {}", message.topic(), unawaited);
    }
}
