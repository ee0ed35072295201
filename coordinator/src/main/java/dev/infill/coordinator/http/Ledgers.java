package dev.infill.coordinator.http;

import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The databases whose ledgers are read and written, each request in a session of its own. */
final class Ledgers {
    private final List<Database> databases;

    Ledgers(List<Database> databases) {
        this.databases = List.copyOf(databases);
    }

    /** Work in a session. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    List<Database> all() {
        return databases;
    }

    Database named(String name) {
        return databases.stream()
                .filter(database -> database.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Problems.unknownDatabase(
                        name, databases.stream().map(Database::name).toList()));
    }

    /** Works in one database; its failure is the request's. */
    <T> T in(Database database, Work<T> work) {
        try (Connection connection = Sessions.open(database, Manners.of("infill-http"))) {
            return work.on(connection);
        } catch (SQLException e) {
            throw Problems.database(database, e);
        }
    }

    /**
     * Looks through the databases until one has an answer. One that can't be reached matters only when no other has it: then
     * nobody can say that it is not there.
     */
    <T> Optional<T> find(Search<T> search) {
        ProblemException unreachable = null;
        for (Database database : databases) {
            try {
                Optional<T> found = in(database, connection -> search.in(database, connection));
                if (found.isPresent()) {
                    return found;
                }
            } catch (ProblemException e) {
                unreachable = unreachable == null ? e : unreachable;
            }
        }
        if (unreachable != null) {
            throw unreachable;
        }
        return Optional.empty();
    }

    /** Looks for something in one database. */
    interface Search<T> {
        Optional<T> in(Database database, Connection connection) throws SQLException;
    }
}
