package dev.infill.testkit.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One client's connection through the proxy, with a thread for each direction. */
final class ProxiedConnection {
    private static final int PIECE_BYTES = 64 * 1024;

    private final Socket client;
    private final Socket server;
    private final Gate gate;
    private final AtomicReference<@Nullable Trap> trap;
    /** The trap this client is in: the server's next answer is for nobody. */
    private volatile @Nullable Trap caught;

    ProxiedConnection(Socket client, Socket server, Gate gate, AtomicReference<@Nullable Trap> trap) {
        this.client = client;
        this.server = server;
        this.gate = gate;
        this.trap = trap;
    }

    void run(Runnable whenClosed) {
        daemon("proxy-to-server-" + client.getPort(), () -> {
            pump(this::toServer);
            whenClosed.run();
        });
        daemon("proxy-to-client-" + client.getPort(), () -> pump(this::toClient));
    }

    static Thread daemon(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private interface Direction {
        void run() throws IOException, InterruptedException;
    }

    private void pump(Direction direction) {
        try {
            direction.run();
            // One side has said goodbye, so the other hears it too, after all that was said before.
            client.close();
            server.close();
        } catch (IOException broken) {
            cut();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cut();
        }
    }

    private void toServer() throws IOException, InterruptedException {
        InputStream from = client.getInputStream();
        OutputStream to = server.getOutputStream();
        byte[] buffer = new byte[PIECE_BYTES];
        byte[] rest = new byte[0];
        for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
            gate.pass();
            byte[] piece = Arrays.copyOf(buffer, length);
            Trap armed = trap.get();
            if (armed != null) {
                byte[] seen = concatenated(rest, piece);
                rest = armed.rest(seen);
                if (armed.isIn(seen) && trap.compareAndSet(armed, null)) {
                    if (!armed.forwards()) {
                        cut();
                        armed.sprung().complete(null);
                        return;
                    }
                    // Before the words go out: the answer may be back before the next line runs.
                    caught = armed;
                }
            }
            to.write(piece);
        }
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private void toClient() throws IOException, InterruptedException {
        InputStream from = server.getInputStream();
        OutputStream to = client.getOutputStream();
        byte[] buffer = new byte[PIECE_BYTES];
        for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
            gate.pass();
            Trap closing = caught;
            if (closing != null) {
                // The answer says that the server has acted on the words.
                cut();
                closing.sprung().complete(null);
                return;
            }
            to.write(buffer, 0, length);
        }
    }

    void cut() {
        for (Socket socket : new Socket[] {client, server}) {
            try {
                // A reset, not a polite end: that is what a broken network looks like.
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException alreadyClosed) {
                // Which was the aim.
            }
        }
    }
}
