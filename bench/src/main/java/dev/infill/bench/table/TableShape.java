package dev.infill.bench.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A table to fill, and what goes on in it meanwhile.
 *
 * @param indexes secondary indexes
 * @param changesPerSecond rows that the application changes; 0: it sleeps
 */
public record TableShape(long rows, Width width, KeyKind key, int indexes, int fillfactor, int changesPerSecond) {
    /** How busy the application is where a shape has traffic. */
    public static final int TRAFFIC = 300;

    private static final int FULL = 100;
    private static final List<Integer> INDEX_COUNTS = List.of(0, 1, 3, 8);
    private static final List<Integer> FILLFACTORS = List.of(FULL, 80);
    private static final String WORDS =
            "a shape is bigint or uuid, then how many of 8 secondary indexes, then what is special: wide, ff80, traffic, rows;"
                    + " like bigint-3, uuid-0-wide-ff80-traffic or bigint-3-20M";

    public TableShape {
        if (rows < 1 || indexes < 0 || indexes > TableMaker.MOST_INDEXES || fillfactor < 10 || fillfactor > FULL) {
            throw new IllegalArgumentException(WORDS);
        }
    }

    /** Reads {@link #name()} back; rows are those given unless the name has some. */
    public static TableShape parse(String name, long rows) {
        String[] words = name.toLowerCase(Locale.ROOT).split("-", -1);
        if (words.length < 2 || !words[1].matches("[0-8]")) {
            throw unknown(name);
        }
        KeyKind key = Arrays.stream(KeyKind.values())
                .filter(kind -> kind.word().equals(words[0]))
                .findFirst()
                .orElseThrow(() -> unknown(name));
        TableShape shape = new TableShape(rows, Width.NARROW, key, Integer.parseInt(words[1]), FULL, 0);
        for (String word : Arrays.asList(words).subList(2, words.length)) {
            shape = shape.with(word, name);
        }
        return shape;
    }

    private TableShape with(String word, String name) {
        if (word.equals("wide")) {
            return new TableShape(rows, Width.WIDE, key, indexes, fillfactor, changesPerSecond);
        }
        if (word.matches("traffic\\d{0,4}")) {
            String changes = word.substring("traffic".length());
            return new TableShape(
                    rows, width, key, indexes, fillfactor, changes.isEmpty() ? TRAFFIC : Integer.parseInt(changes));
        }
        if (word.matches("ff\\d{2,3}")) {
            return new TableShape(rows, width, key, indexes, Integer.parseInt(word.substring(2)), changesPerSecond);
        }
        if (word.matches("\\d{1,9}[km]?")) {
            return new TableShape(rows(word), width, key, indexes, fillfactor, changesPerSecond);
        }
        throw unknown(name);
    }

    /** Reads {@code 500k} and {@code 20M}. */
    public static long rows(String text) {
        String folded = text.toLowerCase(Locale.ROOT);
        long unit = folded.endsWith("m") ? 1_000_000 : folded.endsWith("k") ? 1000 : 1;
        return Long.parseLong(unit == 1 ? folded : folded.substring(0, folded.length() - 1)) * unit;
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("'" + name + "' is no shape: " + WORDS);
    }

    /** Every combination. */
    public static List<TableShape> all(long rows) {
        List<TableShape> all = new ArrayList<>();
        for (KeyKind key : KeyKind.values()) {
            for (int indexes : INDEX_COUNTS) {
                for (Width width : Width.values()) {
                    for (int fillfactor : FILLFACTORS) {
                        all.add(new TableShape(rows, width, key, indexes, fillfactor, 0));
                        all.add(new TableShape(rows, width, key, indexes, fillfactor, TRAFFIC));
                    }
                }
            }
        }
        return all;
    }

    /** A short name without the rows: {@code uuid-3-wide-ff80-traffic}. */
    public String name() {
        return layout()
                + (changesPerSecond == 0 ? "" : "-traffic" + (changesPerSecond == TRAFFIC ? "" : changesPerSecond));
    }

    /** What is on the disk, without the application. */
    private String layout() {
        return key.word() + "-" + indexes + (width == Width.WIDE ? "-wide" : "")
                + (fillfactor == FULL ? "" : "-ff" + fillfactor);
    }

    /** In words, for a heading. */
    public String title() {
        return String.format(Locale.ROOT, "%,d rows, %s key, ", rows, key.word())
                + (indexes == 0 ? "no secondary index" : indexes + " secondary index" + (indexes == 1 ? "" : "es"))
                + (width == Width.WIDE ? ", wide rows with TOAST" : "")
                + (fillfactor == FULL ? "" : ", fill factor " + fillfactor)
                + (changesPerSecond == 0 ? "" : ", " + changesPerSecond + " changes a second");
    }

    /** Shapes of the same bytes share a template. */
    String template() {
        return "shape_" + rows + "_" + layout();
    }
}
