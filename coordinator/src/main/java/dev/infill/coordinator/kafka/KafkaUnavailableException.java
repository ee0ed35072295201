package dev.infill.coordinator.kafka;

/** Kafka did not answer in time, or refused; the step is taken again later. */
public final class KafkaUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KafkaUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
