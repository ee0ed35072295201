package dev.infill.protocol;

/** A running part of Infill (coordinator, worker or bridge), as its host sees it. */
public interface Part extends AutoCloseable {
    /** Whether the part's own loops turn; an outage of PostgreSQL or Kafka does not make it false. */
    boolean isAlive();

    /** Whether the part does its work now: connected to what it needs. */
    boolean isReady();

    /** Drains, then ends, within a bounded time; may be called twice. */
    @Override
    void close();
}
