package dev.infill.cli.embedded;

import dev.infill.cli.outcome.StopRequest;
import dev.infill.cli.outcome.UserError;
import dev.infill.kafka.KafkaClients;
import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks whether PostgreSQL and Kafka are there, before a part that needs them starts. */
public final class Reach {
    private static final Logger log = LoggerFactory.getLogger(Reach.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private Reach() {}

    /** Why something is out of reach; one that waiting can mend is {@code passing}. */
    private record Obstacle(String words, boolean passing) {}

    /** Fails with one message when the database can't be used. */
    public static void demand(Database database) {
        obstacle(database).ifPresent(obstacle -> {
            throw UserError.failed(obstacle.words());
        });
    }

    /** Fails with one message when Kafka can't be used. */
    public static void demand(KafkaSettings kafka) {
        obstacle(kafka).ifPresent(obstacle -> {
            throw UserError.failed(obstacle.words());
        });
    }

    /**
     * Waits until both are there, for a part that a service manager starts together with them; what waiting can't mend
     * fails at once.
     */
    public static void await(Iterable<Database> databases, KafkaSettings kafka, StopRequest stop) {
        for (Database database : databases) {
            await(() -> obstacle(database), stop);
        }
        await(() -> obstacle(kafka), stop);
    }

    private static void await(java.util.function.Supplier<Optional<Obstacle>> look, StopRequest stop) {
        String told = "";
        while (!stop.isRequested()) {
            Optional<Obstacle> obstacle = look.get();
            if (obstacle.isEmpty()) {
                return;
            }
            if (!obstacle.get().passing()) {
                throw UserError.failed(obstacle.get().words());
            }
            if (!obstacle.get().words().equals(told)) {
                told = obstacle.get().words();
                log.info("Waiting, because I {}.", told);
            }
            stop.await(PAUSE);
        }
    }

    private static Optional<Obstacle> obstacle(Database database) {
        try {
            Sessions.open(database, Manners.of("infill/start")).close();
            return Optional.empty();
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            // What the server says to somebody who is not in yet never holds a row's values.
            return Optional.of(new Obstacle(
                    "cannot connect to database '%s' at %s: %s; %s"
                            .formatted(database.name(), database.jdbcUrl(), message(e), advice(state)),
                    state.startsWith("08001") || state.startsWith("57P") || state.startsWith("53")));
        }
    }

    private static String message(SQLException e) {
        String message = String.valueOf(e.getMessage());
        int sentence = message.indexOf(". Check that");
        return sentence < 0 ? message : message.substring(0, sentence);
    }

    private static String advice(String sqlState) {
        return switch (sqlState) {
            case "28P01", "28000", "08004" ->
                "check user and password (in the address, PGUSER and PGPASSWORD, or ~/.pgpass)";
            case "3D000" -> "check the database's name at the end of the address";
            case "08001", "08006" -> "check host and port, and that PostgreSQL runs and listens there";
            case "53300" -> "raise max_connections or close sessions";
            default -> "SQLSTATE " + sqlState;
        };
    }

    private static Optional<Obstacle> obstacle(KafkaSettings kafka) {
        try {
            look(new KafkaClients(kafka).admin("infill-start"));
            return Optional.empty();
        } catch (TimeoutException e) {
            return Optional.of(unreachable(kafka, "no answer within " + PATIENCE.toSeconds() + " s", true));
        } catch (ExecutionException e) {
            boolean passing = e.getCause() instanceof org.apache.kafka.common.errors.RetriableException;
            return Optional.of(unreachable(kafka, root(e.getCause()), passing));
        } catch (KafkaException e) {
            return Optional.of(unreachable(kafka, root(e), false));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(unreachable(kafka, "interrupted", false));
        }
    }

    private static void look(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            admin.describeCluster().nodes().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            // Not the plain close, which waits a minute for an answer that nobody gives.
            admin.close(Duration.ZERO);
        }
    }

    private static Obstacle unreachable(KafkaSettings kafka, String why, boolean passing) {
        return new Obstacle(
                "cannot reach Kafka at %s: %s; check the address, that the broker runs, and its security settings (--command-config or kafka.commandConfig)"
                        .formatted(kafka.bootstrapServers(), why),
                passing);
    }

    private static String root(@Nullable Throwable failure) {
        Throwable root = failure;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return root == null ? "unknown" : String.valueOf(root.getMessage());
    }
}
