package dev.infill.coordinator.http;

import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.Problem;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Answers a refused request with its problem. */
@Singleton
@Requires(beans = Migrations.class)
@Produces(ProblemHandler.PROBLEM_JSON)
final class ProblemHandler implements ExceptionHandler<ProblemException, HttpResponse<String>> {
    static final String PROBLEM_JSON = "application/problem+json";

    @Override
    @SuppressWarnings("rawtypes")
    public HttpResponse<String> handle(HttpRequest request, ProblemException exception) {
        Problem problem = exception.problem();
        return HttpResponse.<String>status(HttpStatus.valueOf(problem.status()))
                .body(Json.write(problem))
                .contentType(MediaType.of(PROBLEM_JSON));
    }
}
