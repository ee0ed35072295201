package dev.infill.cli.document;

import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationReport;
import java.io.UncheckedIOException;
import java.util.Optional;

/** A report's JSON in a page, and how it comes out again. */
public final class EmbeddedReport {
    private static final String BEGIN = "<script type=\"application/json\" id=\"infill-report\">";
    private static final String END = "</script>";

    private EmbeddedReport() {}

    /** The element; no browser runs it. Nothing in it can end it: JSON may write those signs as numbers too. */
    static String element(String json) {
        return BEGIN + json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + END;
    }

    /** The report in a file that is JSON or a page of ours; empty where it is neither. */
    public static Optional<MigrationReport> read(String text) {
        try {
            MigrationReport report = Json.read(json(text), MigrationReport.class);
            // What is no report at all may still be JSON.
            return Optional.ofNullable(report)
                    .filter(read -> read.migration() != null && read.outcome() != null && read.finishedAt() != null);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String json(String text) {
        int begin = text.indexOf(BEGIN);
        int end = begin < 0 ? -1 : text.indexOf(END, begin);
        return end < 0 ? text : text.substring(begin + BEGIN.length(), end);
    }
}
