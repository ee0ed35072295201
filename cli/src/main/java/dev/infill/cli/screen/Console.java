package dev.infill.cli.screen;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command writes: results on one stream, everything else on the other.
 *
 * @param out results
 * @param err messages
 * @param outTerminal how {@code out} shows
 * @param errTerminal how {@code err} shows
 */
public record Console(PrintStream out, PrintStream err, Looks outTerminal, Looks errTerminal) {
    private static final int COLUMNS = 80;

    /**
     * What a stream leads to.
     *
     * @param terminal a person's screen, on which lines can be drawn again
     * @param columns its width
     */
    public record Looks(boolean terminal, boolean colors, int columns) {
        /** A file or a pipe. */
        public static final Looks PLAIN = new Looks(false, false, COLUMNS);
    }

    /**
     * The process's own streams, always UTF-8. The script that starts us tells in {@code infill.terminal} which of them are
     * terminals, because Java can't see it for each.
     */
    public static Console ofProcess(Map<String, String> environment) {
        String terminals = System.getProperty("infill.terminal", "");
        int columns = Integer.getInteger("infill.columns", COLUMNS);
        boolean drawable = !"dumb".equals(environment.getOrDefault("TERM", "dumb"));
        boolean colors = environment.getOrDefault("NO_COLOR", "").isEmpty();
        Looks terminal = new Looks(true, colors, columns);
        return new Console(
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                drawable && terminals.contains("out") ? terminal : Looks.PLAIN,
                drawable && terminals.contains("err") ? terminal : Looks.PLAIN);
    }

    /** Two streams without a terminal. */
    public static Console plain(PrintStream out, PrintStream err) {
        return new Console(out, err, Looks.PLAIN, Looks.PLAIN);
    }

    /** A display for what happens meanwhile: beside the result when that is text, else on the other stream. */
    public Display display(boolean resultIsJson) {
        PrintStream stream = resultIsJson ? err : out;
        Looks looks = resultIsJson ? errTerminal : outTerminal;
        return looks.terminal() ? new LiveBlock(stream) : new PlainLines(stream, System::nanoTime);
    }

    /** How what {@link #display} shows may look. */
    public Looks displayLooks(boolean resultIsJson) {
        return resultIsJson ? errTerminal : outTerminal;
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
