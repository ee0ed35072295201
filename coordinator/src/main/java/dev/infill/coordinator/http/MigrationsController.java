package dev.infill.coordinator.http;

import dev.infill.coordinator.http.Migrations.Accepted;
import dev.infill.postgres.ledger.OperatorLedger.Act;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.json.Json;
import dev.infill.specification.SpecificationSchema;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Migrations over HTTP. Answers are written by {@link Json}, so that they are the very JSON that the ledger keeps and the
 * command line prints, whatever the host configures.
 */
@Controller("/v1")
@Requires(beans = Migrations.class)
@ExecuteOn(TaskExecutors.BLOCKING)
@Produces(MediaType.APPLICATION_JSON)
final class MigrationsController {
    private static final String ACTOR = "X-Infill-Actor";
    /** What the ledger itself writes where no person acted. */
    private static final Set<String> RESERVED = Set.of("evidence", "coordinator");

    private final Migrations migrations;

    MigrationsController(Migrations migrations) {
        this.migrations = migrations;
    }

    /** Why a gate is opened. */
    record Approval(@Nullable String reason) {
        String words() {
            return reason == null ? "" : reason;
        }
    }

    /**
     * Whom the column is given to.
     *
     * @param reason for the audit; must be there
     * @param force whether values that were written on purpose may be lost
     */
    record OwnershipOrder(
            @Nullable String ownership,
            @Nullable String reason,
            @Nullable Boolean force) {
        Ownership owner() {
            return MigrationsController.ownership(ownership);
        }

        String words() {
            if (reason == null || reason.isBlank()) {
                throw Problems.badRequest("no-reason", "say why the ownership is moved: it stays in the audit");
            }
            return reason.strip();
        }
    }

    @Post("/migrations")
    @Consumes(MediaType.ALL)
    HttpResponse<String> submit(@Body String specification, @Header(ACTOR) Optional<String> actor) {
        Accepted accepted = migrations.submit(specification, checked(actor));
        String name = accepted.status().migration();
        String json = Json.write(accepted.status());
        return accepted.created()
                ? HttpResponse.created(json, URI.create("/v1/migrations/" + name))
                : HttpResponse.ok(json);
    }

    @Get("/migrations{?database}")
    String all(@QueryValue Optional<String> database) {
        return Json.write(migrations.all(database.orElse(null)));
    }

    @Get("/migrations/{name}")
    String status(String name) {
        return Json.write(migrations.status(name));
    }

    @Get("/migrations/{name}/report")
    String report(String name) {
        return Json.write(migrations.report(name));
    }

    @Post("/migrations/{name}/pause")
    @Consumes(MediaType.ALL)
    String pause(String name, @Header(ACTOR) Optional<String> actor) {
        return Json.write(migrations.command(name, Command.PAUSE, checked(actor)));
    }

    @Post("/migrations/{name}/resume")
    @Consumes(MediaType.ALL)
    String resume(String name, @Header(ACTOR) Optional<String> actor) {
        return Json.write(migrations.command(name, Command.RESUME, checked(actor)));
    }

    @Post("/migrations/{name}/cancel")
    @Consumes(MediaType.ALL)
    String cancel(String name, @Header(ACTOR) Optional<String> actor) {
        return Json.write(migrations.command(name, Command.CANCEL, checked(actor)));
    }

    @Post("/migrations/{name}/rollback")
    @Consumes(MediaType.ALL)
    String rollback(String name, @Header(ACTOR) Optional<String> actor) {
        return Json.write(migrations.command(name, Command.ROLLBACK, checked(actor)));
    }

    @Post("/migrations/{name}/gates/{gate}")
    @Consumes(MediaType.APPLICATION_JSON)
    String approve(String name, String gate, @Body Optional<Approval> body, @Header(ACTOR) Optional<String> actor) {
        return Json.write(migrations.approve(
                name,
                gate(gate),
                new Act(checked(actor), body.map(Approval::words).orElse(""))));
    }

    /** Whether a pipeline may switch it: reads, writes or constraints. */
    @Get("/migrations/{name}/ready/{gate}")
    String ready(String name, String gate) {
        return Json.write(migrations.ready(name, gate(gate)));
    }

    @Put("/migrations/{name}/ownership")
    @Consumes(MediaType.APPLICATION_JSON)
    String own(String name, @Body OwnershipOrder order, @Header(ACTOR) Optional<String> actor) {
        return Json.write(migrations.own(
                name, order.owner(), Boolean.TRUE.equals(order.force()), new Act(checked(actor), order.words())));
    }

    @Get("/migrations/{name}/pace")
    String pace(String name) {
        return Json.write(migrations.pace(name));
    }

    /** A JSON merge patch of the specification's pace, or {@code "full"}. */
    @Patch("/migrations/{name}/pace")
    @Consumes(MediaType.ALL)
    String changePace(String name, @Body String patch, @Header(ACTOR) Optional<String> actor) {
        return Json.write(migrations.changePace(name, patch, checked(actor)));
    }

    /** Back to what was submitted. */
    @Delete("/migrations/{name}/pace")
    String restorePace(String name, @Header(ACTOR) Optional<String> actor) {
        return Json.write(migrations.changePace(name, null, checked(actor)));
    }

    @Get("/schema")
    @Produces("application/schema+json")
    String schema() {
        return SpecificationSchema.json();
    }

    private static Gate gate(String word) {
        return Arrays.stream(Gate.values())
                .filter(gate -> gate.word().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> Problems.badRequest(
                        "unknown-gate",
                        "there is no gate '" + word + "'; there are "
                                + Arrays.stream(Gate.values()).map(Gate::word).collect(Collectors.joining(", "))));
    }

    private static Ownership ownership(@Nullable String word) {
        String given = word == null ? "" : word.toLowerCase(Locale.ROOT);
        return Arrays.stream(Ownership.values())
                .filter(ownership -> ownership.word().equals(given))
                .findFirst()
                .orElseThrow(() -> Problems.badRequest(
                        "unknown-ownership",
                        "there is no ownership '" + given + "'; there are "
                                + Arrays.stream(Ownership.values())
                                        .map(Ownership::word)
                                        .collect(Collectors.joining(", "))));
    }

    private static String checked(Optional<String> actor) {
        String name = actor.map(String::strip).filter(given -> !given.isEmpty()).orElse("operator");
        if (name.length() > 100 || RESERVED.contains(name)) {
            throw Problems.badRequest(
                    "bad-actor",
                    ACTOR + " is a person's or a pipeline's name of up to 100 signs, and not "
                            + String.join(" or ", RESERVED.stream().sorted().toList()));
        }
        return name;
    }
}
