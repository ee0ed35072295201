package dev.infill.cli.host;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.Map;

/** Tells a service manager whether to start this process again, and a balancer whether to send it work. */
@Controller("/health")
final class HealthController {
    private final Vitals vitals;

    HealthController(Vitals vitals) {
        this.vitals = vitals;
    }

    /** An outage of PostgreSQL or Kafka doesn't show here: a restart of the whole fleet would not end it. */
    @Get("/liveness")
    HttpResponse<Map<String, String>> liveness() {
        return answer(vitals.alive());
    }

    @Get("/readiness")
    HttpResponse<Map<String, String>> readiness() {
        return answer(vitals.ready());
    }

    private static HttpResponse<Map<String, String>> answer(boolean up) {
        return HttpResponse.<Map<String, String>>status(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .body(Map.of("status", up ? "UP" : "DOWN"));
    }
}
