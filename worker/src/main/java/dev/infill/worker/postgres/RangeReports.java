package dev.infill.worker.postgres;

import dev.infill.protocol.Result;
import dev.infill.protocol.Result.Rows;
import java.time.Duration;

/** Tells how far a range is: at its begin, at its end, and now and then in between. */
final class RangeReports {
    private static final Duration APART = Duration.ofMillis(500);

    private final Surroundings around;
    private Duration last = Duration.ZERO;

    RangeReports(Surroundings around) {
        this.around = around;
    }

    void begun(HeldRange range) {
        tell(range);
    }

    void moved(HeldRange range, Rows before, Duration took) {
        Rows now = range.progress().rows();
        Rows step = new Rows(now.read() - before.read(), now.changed() - before.changed());
        around.observer().batchCommitted(range.task().migration(), range.task().kind(), step, took);
        boolean due = around.time().now().minus(last).compareTo(APART) >= 0;
        if (due || range.state().closesTask()) {
            tell(range);
        }
    }

    private void tell(HeldRange range) {
        last = around.time().now();
        around.observer()
                .reported(new Result.RangeReported(
                        range.task().migration(),
                        around.clock().instant(),
                        range.task(),
                        range.state(),
                        range.claim().number(),
                        range.progress().rows(),
                        range.claim().worker()));
    }
}
