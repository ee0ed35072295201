package dev.infill.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<String> served = new CopyOnWriteArrayList<>();
    private final ServerSocket server;
    private final TcpProxy proxy;

    TcpProxyTest() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = TcpProxy.to(server.getLocalPort());
    }

    @BeforeEach
    void answerEveryLine() {
        ProxiedConnection.daemon("test-server", () -> {
            while (!server.isClosed()) {
                try {
                    var client = server.accept();
                    ProxiedConnection.daemon("test-session", () -> answer(client));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private void answer(Socket client) {
        try (client;
                var lines =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                served.add(line);
                client.getOutputStream().write(("done " + line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException cut) {
            // As the tests mean it to be.
        }
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void carriesBothDirections() throws IOException {
        try (var client = new Client()) {
            assertThat(client.ask("one")).isEqualTo("done one");
            assertThat(client.ask("two")).isEqualTo("done two");
        }
    }

    @Test
    void cutsWhatIsOpenAndTakesWhatIsNew() throws IOException {
        try (var before = new Client()) {
            before.ask("one");

            proxy.cut();

            assertThatThrownBy(() -> before.ask("two")).isInstanceOf(SocketException.class);
            try (var after = new Client()) {
                assertThat(after.ask("three")).isEqualTo("done three");
            }
        }
    }

    @Test
    void freezesAndLaterDeliversWhatWasHeldBack() throws IOException {
        try (var client = new Client()) {
            client.ask("one");

            proxy.freeze();
            client.socket.setSoTimeout(200);
            assertThatThrownBy(() -> client.ask("two")).isInstanceOf(SocketTimeoutException.class);
            assertThat(served).containsExactly("one");
            proxy.resume();

            client.socket.setSoTimeout(20_000);
            assertThat(client.answers.readLine()).isEqualTo("done two");
        }
    }

    @Test
    void refusesUntilItAcceptsAgainOnTheSamePort() throws IOException {
        proxy.refuse();

        assertThatThrownBy(Client::new).isInstanceOf(ConnectException.class);
        proxy.accept();
        try (var client = new Client()) {
            assertThat(client.ask("one")).isEqualTo("done one");
        }
    }

    @Test
    void cutsBetweenTheServersDeedAndItsAnswer() throws Exception {
        try (var client = new Client()) {
            client.ask("one");
            var cut = proxy.cutAfterClientSends("COMMIT");

            assertThatThrownBy(() -> client.ask("COMMIT")).isInstanceOf(SocketException.class);

            assertThat(cut).succeedsWithin(PATIENCE);
            assertThat(served).containsExactly("one", "COMMIT");
        }
    }

    @Test
    void cutsBeforeTheServerHears() throws Exception {
        try (var client = new Client()) {
            client.ask("one");
            var cut = proxy.cutBeforeServerGets("COMMIT");

            assertThatThrownBy(() -> client.ask("COMMIT")).isInstanceOf(SocketException.class);

            assertThat(cut).succeedsWithin(PATIENCE);
            assertThat(served).containsExactly("one");
        }
    }

    @Test
    void seesWordsThatComeInPieces() throws Exception {
        try (var client = new Client()) {
            var cut = proxy.cutAfterClientSends("COMMIT");
            client.send("COM");
            client.send("MIT\n");

            assertThat(cut).succeedsWithin(PATIENCE);
            Awaitility.await().until(() -> served.equals(List.of("COMMIT")));
        }
    }

    @Test
    void springsOnce() throws Exception {
        var cut = proxy.cutAfterClientSends("COMMIT");
        try (var client = new Client()) {
            assertThatThrownBy(() -> client.ask("COMMIT")).isInstanceOf(SocketException.class);
            assertThat(cut).succeedsWithin(PATIENCE);
        }

        try (var client = new Client()) {
            assertThat(client.ask("COMMIT")).isEqualTo("done COMMIT");
        }
    }

    private final class Client implements AutoCloseable {
        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        private final BufferedReader answers =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

        private Client() throws IOException {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
        }

        private void send(String words) throws IOException {
            socket.getOutputStream().write(words.getBytes(StandardCharsets.UTF_8));
        }

        private String ask(String line) throws IOException {
            send(line + "\n");
            String answer = answers.readLine();
            if (answer == null) {
                throw new SocketException("closed");
            }
            return answer;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
