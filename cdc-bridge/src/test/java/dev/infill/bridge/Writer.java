package dev.infill.bridge;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;

/** An application that writes rows and remembers which commits were answered. */
final class Writer implements AutoCloseable {
    private final Line line;
    private final Set<String> committed = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::write, "writer");
    private volatile boolean stopped;

    Writer(Line line) {
        this.line = line;
        thread.start();
    }

    private void write() {
        long id = 0;
        while (!stopped) {
            try (Connection connection = line.connect();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, 'x')")) {
                while (!stopped) {
                    id++;
                    insert.setLong(1, id);
                    insert.executeUpdate();
                    committed.add(Long.toString(id));
                }
            } catch (SQLException serverIsAway) {
                Thread.onSpinWait();
            }
        }
    }

    /** Returns when so many more rows were committed. */
    void awaitMore(int rows) {
        int from = committed.size();
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> committed.size() >= from + rows);
    }

    /** Ends the writing; answers the keys of all rows whose commit was answered. */
    Set<String> stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return committed;
    }

    @Override
    public void close() {
        stopped = true;
    }
}
