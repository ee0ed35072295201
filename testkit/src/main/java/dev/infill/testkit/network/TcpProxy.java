package dev.infill.testkit.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Stands between clients and one server on this machine, and breaks what passes through it when it is told to. */
public final class TcpProxy implements AutoCloseable {
    private final int target;
    private final int port;
    private final Gate gate = new Gate();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();
    private @Nullable Listener listener;

    private TcpProxy(int target) throws IOException {
        this.target = target;
        this.port = listen(0);
    }

    /** A proxy for the server that listens on this port of 127.0.0.1. */
    public static TcpProxy to(int target) {
        try {
            return new TcpProxy(target);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen for the clients of port " + target, e);
        }
    }

    /** Where clients connect to, on 127.0.0.1; it stays the same for the life of the proxy. */
    public int port() {
        return port;
    }

    /** Breaks every connection now; new ones get through. */
    public void cut() {
        connections.forEach(ProxiedConnection::cut);
    }

    /** Lets no byte pass in either direction; connections stay open, and new ones are taken but get no answer. */
    public void freeze() {
        gate.shut();
    }

    /** Lets pass what was held back, and all that follows. */
    public void resume() {
        gate.open();
    }

    /** Cuts, and refuses every new connection until {@link #accept}. */
    public synchronized void refuse() {
        if (listener != null) {
            listener.close();
            listener = null;
        }
        cut();
    }

    public synchronized void accept() {
        if (listener == null) {
            try {
                listen(port);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot listen on port " + port + " again", e);
            }
        }
    }

    /**
     * Arms a trap for the first client that sends these words, such as {@code COMMIT}: the server gets them and acts on them, and the
     * connection breaks before the client gets the answer.
     *
     * @return is completed when that has happened
     */
    public CompletableFuture<Void> cutAfterClientSends(String words) {
        var armed = new Trap(words.getBytes(StandardCharsets.UTF_8), true);
        trap.set(armed);
        return armed.sprung();
    }

    /** Like {@link #cutAfterClientSends}, but the words do not reach the server either. */
    public CompletableFuture<Void> cutBeforeServerGets(String words) {
        var armed = new Trap(words.getBytes(StandardCharsets.UTF_8), false);
        trap.set(armed);
        return armed.sprung();
    }

    private synchronized int listen(int wanted) throws IOException {
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
        var acceptor = ProxiedConnection.daemon("proxy-accept-" + socket.getLocalPort(), () -> acceptFrom(socket));
        listener = new Listener(socket, acceptor);
        return socket.getLocalPort();
    }

    private record Listener(ServerSocket socket, Thread acceptor) {
        void close() {
            try {
                socket.close();
                // The port takes connections for as long as a thread waits for one in the kernel.
                acceptor.join();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void acceptFrom(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                connect(socket.accept());
            } catch (IOException refused) {
                // Ours is closed, which the loop sees, or the server takes no connection, which the client has seen.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            var server = new Socket(InetAddress.getLoopbackAddress(), target);
            var connection = new ProxiedConnection(client, server, gate, trap);
            connections.add(connection);
            connection.run(() -> connections.remove(connection));
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    @Override
    public void close() {
        refuse();
        gate.open();
    }
}
