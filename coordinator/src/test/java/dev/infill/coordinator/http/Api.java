package dev.infill.coordinator.http;

import dev.infill.postgres.Database;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.protocol.Progress;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.protocol.status.Problem;
import dev.infill.testkit.ManualClock;
import dev.infill.testkit.TestDatabase;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A server of the API over one database named {@code shop} and one, {@code gone}, that does not exist. */
final class Api implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<Optional<Progress>> progress = new AtomicReference<>(Optional.empty());
    private final ManualClock clock = new ManualClock();
    private final ApplicationContext context;
    private final URI server;

    private Api(List<Database> databases) {
        Migrations migrations = new Migrations(databases, name -> progress.get(), clock);
        context = ApplicationContext.builder()
                .singletons(migrations)
                .properties(Map.of("micronaut.server.port", -1))
                .start();
        server = context.getBean(EmbeddedServer.class).start().getURI();
    }

    static Api over(TestDatabase database) {
        return new Api(List.of(database("shop", database.url())));
    }

    static Api overNothing(TestDatabase database) {
        return new Api(List.of(database("shop", database.url() + "_gone")));
    }

    private static Database database(String name, String url) {
        return new DatabaseUrl(Map.of()).parse(name, url);
    }

    record Answer(int status, String type, String body) {
        Problem problem() {
            return Json.read(body, Problem.class);
        }

        MigrationStatus migration() {
            return Json.read(body, MigrationStatus.class);
        }
    }

    ManualClock clock() {
        return clock;
    }

    void knows(Progress known) {
        progress.set(Optional.of(known));
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder(server.resolve(path)).GET().build());
    }

    Answer post(String path, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    Answer patch(String path, String body) {
        return send(HttpRequest.newBuilder(server.resolve(path))
                .method("PATCH", BodyPublishers.ofString(body))
                .headers("X-Infill-Actor", "ann", "Content-Type", "application/merge-patch+json")
                .build());
    }

    Answer put(String path, String body) {
        return send(HttpRequest.newBuilder(server.resolve(path))
                .PUT(BodyPublishers.ofString(body))
                .headers("X-Infill-Actor", "ann", "Content-Type", "application/json")
                .build());
    }

    Answer delete(String path) {
        return send(HttpRequest.newBuilder(server.resolve(path)).DELETE().build());
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            String type = response.headers().firstValue("Content-Type").orElse("");
            return new Answer(response.statusCode(), type, response.body());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("no answer to " + request, e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
