package dev.infill.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.cli.screen.Display.Frame;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DisplayTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void drawsABlockOverTheOneBefore() {
        LiveBlock block = new LiveBlock(out);
        block.show(new Frame(List.of("one", "two"), ""));
        bytes.reset();

        block.show(new Frame(List.of("three"), ""));

        assertThat(printed()).isEqualTo("\u001b[?25l\u001b[2A\u001b[?7lthree\u001b[K\n\u001b[?7h\u001b[J\u001b[?25h");
    }

    @Test
    void saysWhatStaysAboveTheBlock() {
        LiveBlock block = new LiveBlock(out);
        block.show(new Frame(List.of("block"), ""));
        bytes.reset();

        block.say("said");

        assertThat(printed())
                .isEqualTo("\u001b[?25l\u001b[1Asaid\u001b[K\n\u001b[?7lblock\u001b[K\n\u001b[?7h\u001b[J\u001b[?25h");
    }

    @Test
    void writesALineEveryFewSecondsWithoutATerminal() {
        AtomicLong nanos = new AtomicLong();
        PlainLines lines = new PlainLines(out, nanos::get);

        for (int second = 0; second < 7; second++) {
            lines.show(new Frame(List.of(), "second " + second));
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }
        lines.settle();
        lines.settle();

        assertThat(printed()).isEqualTo("second 0\nsecond 3\nsecond 6\n");
    }
}
