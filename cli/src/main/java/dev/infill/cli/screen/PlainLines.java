package dev.infill.cli.screen;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** One line every few seconds, for logs and pipes. */
final class PlainLines implements Display {
    private static final Duration EVERY = Duration.ofSeconds(3);

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private long nextNanos;
    private String pending = "";
    private String last = "";

    PlainLines(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        this.nextNanos = nanoTime.getAsLong();
    }

    @Override
    public synchronized void show(Frame frame) {
        pending = frame.line();
        if (nanoTime.getAsLong() - nextNanos >= 0) {
            nextNanos = nanoTime.getAsLong() + EVERY.toNanos();
            print();
        }
    }

    @Override
    public synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public synchronized void settle() {
        print();
    }

    private void print() {
        if (!pending.equals(last)) {
            out.println(pending);
            out.flush();
            last = pending;
        }
    }
}
