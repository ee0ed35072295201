package dev.infill.coordinator.http;

import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.Problem;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.stream.Collectors;

/** Gives the server's own refusals (no such path, method or media type, a body too long) the form of all others. */
@Primary
@Singleton
@Requires(beans = Migrations.class)
final class ProblemBodies implements ErrorResponseProcessor<String> {
    private static final int SERVER_ERRORS = 500;

    @Override
    public MutableHttpResponse<String> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        String reason = response.reason();
        Problem problem = Problem.of(
                response.code(),
                reason.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-"),
                reason,
                detail(context, response));
        return response.body(Json.write(problem)).contentType(MediaType.of(ProblemHandler.PROBLEM_JSON));
    }

    /** What went wrong inside is for the log: a message may hold anything. */
    private static String detail(ErrorContext context, MutableHttpResponse<?> response) {
        if (response.code() >= SERVER_ERRORS || !context.hasErrors()) {
            return response.code() >= SERVER_ERRORS
                    ? "something went wrong inside; the coordinator's log says what"
                    : response.reason() + ": " + context.getRequest().getPath();
        }
        return context.getErrors().stream().map(Error::getMessage).collect(Collectors.joining("; "));
    }
}
