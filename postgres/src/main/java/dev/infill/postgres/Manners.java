package dev.infill.postgres;

import java.time.Duration;

/**
 * How a session behaves towards the others on the server.
 *
 * @param applicationName what DBAs see in {@code pg_stat_activity}; begins with {@code infill}
 * @param lockTimeout how long a statement may queue for a lock, and so how long others may queue behind it
 * @param statementTimeout after which the server cancels a statement; zero: never (only for index builds and validation)
 * @param idleInTransactionTimeout after which the server ends a session that holds a transaction open without work
 */
public record Manners(
        String applicationName, Duration lockTimeout, Duration statementTimeout, Duration idleInTransactionTimeout) {
    private static final Duration LOCK_TIMEOUT = Duration.ofMillis(200);
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(10);

    public Manners {
        if (!applicationName.startsWith("infill")) {
            throw new IllegalArgumentException(
                    "application name must begin with 'infill', got '" + applicationName + "'");
        }
    }

    /** The manners of everything that does not know better. */
    public static Manners of(String applicationName) {
        return new Manners(applicationName, LOCK_TIMEOUT, STATEMENT_TIMEOUT, IDLE_TIMEOUT);
    }

    /** The same but for statements that may take hours and hold only weak locks: index builds, validation. */
    public Manners patient() {
        return new Manners(applicationName, Duration.ZERO, Duration.ZERO, idleInTransactionTimeout);
    }
}
