package dev.infill.bridge.debezium;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a Debezium engine in a thread of its own. It is never started twice: what failed is closed and built anew. */
final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final long CLOSE_SECONDS = 15;
    private static final long RETRY_CLOSE_MILLIS = 200;

    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;

    Engine(String name, Properties settings, BatchHandler handler) {
        engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(settings)
                .using((success, message, error) -> failure = error)
                .notifying(handler)
                .build();
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            engine.run();
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            ended.countDown();
        }
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Why it ended, in the words of the innermost cause. */
    String reason() {
        Throwable cause = failure;
        if (cause == null) {
            return "it ended without saying why";
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    /** Ends the engine. Waits a bounded time; an engine that hangs is left behind and can do no harm with its sink closed. */
    @Override
    public void close() {
        Thread closer = new Thread(this::closeEngine, thread.getName() + "-close");
        closer.setDaemon(true);
        closer.start();
        try {
            if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} did not end within {} seconds and is left behind", thread.getName(), CLOSE_SECONDS);
                thread.interrupt();
                closer.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeEngine() {
        try {
            while (!hasEnded()) {
                try {
                    engine.close();
                    return;
                } catch (IllegalStateException e) {
                    // It can't be closed while it is starting, and says so in this way; or it is ending by itself.
                    if (ended.await(RETRY_CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            LOG.warn("{} could not be closed: {}", thread.getName(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
