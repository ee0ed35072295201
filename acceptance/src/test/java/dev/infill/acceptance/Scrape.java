package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** What a part answers to whoever watches it. */
final class Scrape {
    private final String url;
    private final HttpClient http = HttpClient.newHttpClient();

    Scrape(String url) {
        this.url = url;
    }

    int status(String path) {
        return get(path).statusCode();
    }

    /** All samples of a metric added up; fails when there is none. */
    double metric(String name, String... labels) {
        List<String> samples = samples(name, labels);
        assertThat(samples)
                .as("samples of %s%s at %s", name, List.of(labels), url)
                .isNotEmpty();
        return samples.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    List<String> samples(String name, String... labels) {
        return get("/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .toList();
    }

    private HttpResponse<String> get(String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("no answer from " + url + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
