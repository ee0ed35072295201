package dev.infill.cli.demo;

import dev.infill.cli.demo.Latencies.Phase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application: so many writes a second, whatever happens. A write that is late is still counted from when it was due, as its
 * user would.
 */
public final class Traffic implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Traffic.class);
    private static final int WRITES_PER_SHOPPER = 75;
    private static final int FEWEST = 2;
    private static final int MOST = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<Shopper> shoppers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private final AtomicLong tickets = new AtomicLong();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final LongSupplier nanoTime;
    private final long pauseNanos;
    private volatile Release release = Release.OLD;
    private volatile boolean open;
    private long firstNanos;

    /**
     * A shop without customers so far.
     *
     * @param orders how many the shop began with
     */
    public Traffic(Shop shop, long orders, int writesPerSecond, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.pauseNanos = TimeUnit.SECONDS.toNanos(1) / writesPerSecond;
        int count = Math.max(FEWEST, Math.min(MOST, writesPerSecond / WRITES_PER_SHOPPER));
        for (int number = 0; number < count; number++) {
            shoppers.add(new Shopper(shop, new Shopper.Share(number, count, orders), number));
        }
    }

    /** Lets customers in; may be called again after {@link #stop}. */
    public void start() {
        open = true;
        tickets.set(0);
        firstNanos = nanoTime.getAsLong();
        for (Shopper shopper : shoppers) {
            Thread thread = new Thread(() -> serve(shopper), "shopper-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void serve(Shopper shopper) {
        while (open) {
            long due = firstNanos + tickets.getAndIncrement() * pauseNanos;
            for (long early = due - nanoTime.getAsLong(); early > 0; early = due - nanoTime.getAsLong()) {
                LockSupport.parkNanos(early);
            }
            write(shopper);
            latencies.record(nanoTime.getAsLong() - due);
        }
    }

    private void write(Shopper shopper) {
        try {
            shopper.write(numbers.incrementAndGet(), release);
        } catch (SQLException e) {
            if (open) {
                failed.incrementAndGet();
                log.warn("A write of the shop failed: {}", e.toString());
            }
        }
    }

    /** From now on the application writes the new column itself. */
    public void deployNewRelease() {
        release = Release.NEW;
    }

    /** From now on writes count as those before the migration, or during it, or not at all. */
    void enter(Phase phase) {
        latencies.enter(phase);
    }

    Latencies latencies() {
        return latencies;
    }

    /** Writes that the application was told have failed. */
    public long failed() {
        return failed.get();
    }

    /** Ends the traffic and waits for the writes that are on their way. */
    public void stop() {
        open = false;
        threads.forEach(LockSupport::unpark);
        for (Thread thread : threads) {
            join(thread);
        }
        threads.clear();
    }

    private static void join(Thread thread) {
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last word on every order that was touched; only after {@link #stop}. */
    Map<Long, WriteLog.Written> committed() {
        Map<Long, WriteLog.Written> all = new HashMap<>();
        shoppers.forEach(shopper -> all.putAll(shopper.committed()));
        return all;
    }

    @Override
    public void close() {
        stop();
        for (Shopper shopper : shoppers) {
            try {
                shopper.close();
            } catch (SQLException e) {
                log.debug("A session of the shop did not close in good order.", e);
            }
        }
    }
}
