package dev.infill.cli.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.cli.config.HttpAddress;
import dev.infill.cli.outcome.UserError;
import dev.infill.protocol.Part;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpHostTest {
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private record FakePart(boolean isAlive, boolean isReady) implements Part {
        @Override
        public void close() {}
    }

    private HttpHost start(FakePart part) {
        return HttpHost.start(HttpAddress.loopback(0), new Vitals(List.of(part)), meters, List.of());
    }

    private static HttpResponse<String> get(HttpHost host, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(host.url().resolve(path)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void isAliveButNotReadyWhileADatabaseIsAway() throws Exception {
        try (HttpHost host = start(new FakePart(true, false))) {
            assertThat(get(host, "/health/liveness").statusCode()).isEqualTo(200);
            assertThat(get(host, "/health/readiness").statusCode()).isEqualTo(503);
            assertThat(get(host, "/health/readiness").body()).isEqualTo("{\"status\":\"DOWN\"}");
        }
    }

    @Test
    void tellsItsMetrics() throws Exception {
        meters.counter("infill.rows.filled", "migration", "orders").increment(3);

        try (HttpHost host = start(new FakePart(true, true))) {
            HttpResponse<String> response = get(host, "/prometheus");

            assertThat(response.body()).contains("infill_rows_filled_total{migration=\"orders\"} 3.0");
            assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
        }
    }

    @Test
    void saysThatAPortIsTaken() {
        try (HttpHost host = start(new FakePart(true, true))) {
            int port = host.url().getPort();

            assertThatThrownBy(
                            () -> HttpHost.start(HttpAddress.loopback(port), new Vitals(List.of()), meters, List.of()))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("port " + port + " of 127.0.0.1 is not free");
        }
    }
}
