package dev.infill.cli.client;

import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.protocol.status.PaceStatus;
import dev.infill.protocol.status.Problem;
import dev.infill.protocol.status.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A coordinator's HTTP interface. */
public final class CoordinatorClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    // A submission runs the whole check before it is answered.
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final int FIRST_ERROR = 400;

    private final URI coordinator;
    private final String actor;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();

    /**
     * Connects to nothing yet.
     *
     * @param coordinator like {@code http://127.0.0.1:8630}
     * @param actor who is asking, for the audit log
     */
    public CoordinatorClient(URI coordinator, String actor) {
        this.coordinator = coordinator;
        this.actor = actor;
    }

    /** Where it asks. */
    public URI url() {
        return coordinator;
    }

    /** Hands a specification in. */
    public Answer<MigrationStatus> submit(String specification) {
        return statusOf(request("/v1/migrations")
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(specification)));
    }

    /** All migrations. */
    public Answer<List<MigrationStatus>> list() {
        Answer<MigrationStatus[]> all = Answer.of(send(request("/v1/migrations").GET()), MigrationStatus[].class);
        return new Answer<>(all.json(), List.of(all.value()));
    }

    /** One migration. */
    public Answer<MigrationStatus> status(String migration) {
        return statusOf(request(path(migration)).GET());
    }

    /** A migration's report. */
    public Answer<MigrationReport> report(String migration) {
        return Answer.of(send(request(path(migration) + "/report").GET()), MigrationReport.class);
    }

    /** Steers a migration. */
    public Answer<MigrationStatus> act(String migration, Action action) {
        return statusOf(request(path(migration) + "/" + action.word()).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /**
     * Opens a gate.
     *
     * @param reason for the audit log; may be empty
     */
    public Answer<MigrationStatus> approve(String migration, Gate gate, String reason) {
        return statusOf(request(path(migration) + "/gates/" + gate.word())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(Map.of("reason", reason)))));
    }

    /** Whether a pipeline may switch reads, writes or constraints. */
    public Answer<Readiness> ready(String migration, Gate question) {
        return Answer.of(
                send(request(path(migration) + "/ready/" + question.word()).GET()), Readiness.class);
    }

    /**
     * Gives the column another owner.
     *
     * @param reason for the audit log
     * @param force whether values that were written on purpose may be lost
     */
    public Answer<MigrationStatus> own(String migration, Ownership ownership, String reason, boolean force) {
        return statusOf(request(path(migration) + "/ownership")
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(
                        Json.write(Map.of("ownership", ownership.word(), "reason", reason, "force", force)))));
    }

    /** How hard a migration may push and does. */
    public Answer<PaceStatus> pace(String migration) {
        return Answer.of(send(request(path(migration) + "/pace").GET()), PaceStatus.class);
    }

    /** Changes that from now on; the fields of a specification's pace, or {@code "full"}. */
    public Answer<PaceStatus> changePace(String migration, Object patch) {
        return Answer.of(
                send(request(path(migration) + "/pace")
                        .header("Content-Type", "application/merge-patch+json")
                        .method("PATCH", HttpRequest.BodyPublishers.ofString(Json.write(patch)))),
                PaceStatus.class);
    }

    /** Lets it push as it was submitted. */
    public Answer<PaceStatus> restorePace(String migration) {
        return Answer.of(send(request(path(migration) + "/pace").DELETE()), PaceStatus.class);
    }

    private static String path(String migration) {
        return "/v1/migrations/"
                + URLEncoder.encode(migration, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Answer<MigrationStatus> statusOf(HttpRequest.Builder request) {
        return Answer.of(send(request), MigrationStatus.class);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(coordinator.resolve(path))
                .timeout(ANSWER)
                .header("Accept", "application/json, application/problem+json")
                .header("X-Infill-Actor", actor);
    }

    private String send(HttpRequest.Builder request) {
        HttpResponse<String> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new Unreachable(coordinator, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unreachable(coordinator, new IOException("interrupted", e));
        }
        if (response.statusCode() >= FIRST_ERROR) {
            throw new Refused(problem(response));
        }
        return response.body();
    }

    /** Something between us and the coordinator may have answered instead, so the body may be anything. */
    private Problem problem(HttpResponse<String> response) {
        try {
            Problem problem = Json.read(response.body(), Problem.class);
            if (problem.detail() != null && problem.code() != null) {
                return problem;
            }
        } catch (UncheckedIOException notAProblem) {
            // Said below.
        }
        return Problem.of(
                response.statusCode(),
                "http-" + response.statusCode(),
                "Unexpected answer",
                "%s answered with HTTP %d and no explanation; is that a coordinator of Infill?"
                        .formatted(coordinator, response.statusCode()));
    }
}
