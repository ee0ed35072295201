package dev.infill.worker.scene;

import dev.infill.worker.range.Halt;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A halt that a test raises. */
public final class Stop implements Halt {
    private final CountDownLatch latch = new CountDownLatch(1);

    public void raise() {
        latch.countDown();
    }

    @Override
    public boolean raised() {
        return latch.getCount() == 0;
    }

    @Override
    public void await(Duration time) throws InterruptedException {
        boolean ignored = latch.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
