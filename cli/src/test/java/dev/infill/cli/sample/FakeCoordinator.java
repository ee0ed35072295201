package dev.infill.cli.sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.protocol.status.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** Answers as a coordinator does, with what a test gave it; the last answer to a request is given again and again. */
public final class FakeCoordinator implements AutoCloseable {
    private static final int NOT_FOUND = 404;

    private final HttpServer server;
    private final Map<String, Deque<Reply>> replies = new HashMap<>();
    private final List<Request> requests = new ArrayList<>();

    private record Reply(int status, String json) {}

    /** What somebody asked. */
    public record Request(String line, String actor, String body) {}

    public FakeCoordinator() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "fake-coordinator");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** A reply to {@code GET /v1/migrations} and the like. */
    public synchronized FakeCoordinator on(String request, Object value) {
        replies.computeIfAbsent(request, any -> new ArrayDeque<>()).add(new Reply(200, Json.write(value)));
        return this;
    }

    public synchronized FakeCoordinator refuse(String request, Problem problem) {
        replies.computeIfAbsent(request, any -> new ArrayDeque<>())
                .add(new Reply(problem.status(), Json.write(problem)));
        return this;
    }

    /** A migration that is found under its name. */
    public FakeCoordinator with(MigrationStatus status) {
        return on("GET /v1/migrations/" + status.migration(), status);
    }

    public synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        byte[] bytes;
        Reply reply;
        synchronized (this) {
            requests.add(new Request(
                    line, String.valueOf(exchange.getRequestHeaders().getFirst("X-Infill-Actor")), body));
            reply = next(line);
            bytes = reply.json().getBytes(StandardCharsets.UTF_8);
        }
        exchange.sendResponseHeaders(reply.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Reply next(String line) {
        Deque<Reply> waiting = replies.getOrDefault(line, new ArrayDeque<>());
        Reply reply = waiting.size() > 1 ? waiting.poll() : waiting.peek();
        return reply != null
                ? reply
                : new Reply(
                        NOT_FOUND,
                        Json.write(Problem.of(
                                NOT_FOUND,
                                "unknown-migration",
                                "Not found",
                                "there is no such migration; 'infill list' shows all")));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
