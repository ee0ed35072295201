package dev.infill.cli.document;

import dev.infill.cli.screen.PaceView;
import dev.infill.cli.screen.Words;
import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.Promise;
import dev.infill.protocol.status.Proof;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a report says, in the words of a document, whatever the document's form. */
final class Facts {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final double MILLIS = 1000;

    private Facts() {}

    /**
     * A line of a table.
     *
     * @param code whether the value is SQL or another text for machines
     */
    record Fact(String name, String value, boolean code) {
        static Fact of(String name, String value) {
            return new Fact(name, value, false);
        }

        static Fact code(String name, String value) {
            return new Fact(name, value, true);
        }
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    static String seconds(double seconds) {
        return Words.duration(Duration.ofMillis((long) (seconds * MILLIS)));
    }

    static String took(MigrationReport report) {
        return Words.duration(Duration.between(report.startedAt(), report.finishedAt()));
    }

    static boolean isKept(MigrationReport report) {
        return report.outcome().equals("complete");
    }

    /** What came of it, in one or two sentences. */
    static String verdict(MigrationReport report) {
        if (!isKept(report)) {
            return "The migration was " + report.outcome().replace('-', ' ') + ". Nothing is promised.";
        }
        long wrong = report.rows().mismatches();
        return "Every one of " + Words.count(report.rows().verified(), "row")
                + " was compared in the database, and equals what was promised."
                + (wrong == 0
                        ? ""
                        : " " + Words.count(wrong, "row") + " had been found wrong on the way; they were repaired, and"
                                + " their ranges compared again.");
    }

    /** What the digests speak of, and what they don't. */
    static List<String> caveats(MigrationReport report) {
        List<String> sentences = new ArrayList<>();
        Proof proof = report.proof();
        if (proof == null) {
            return List.of("An older version of Infill wrote this report: it has no digests and no audit.");
        }
        if (proof.digest() != null) {
            sentences.add("Each range was compared in a transaction of its own, between "
                    + time(proof.digest().from()) + " and "
                    + time(proof.digest().to())
                    + ". The application wrote before, meanwhile and after, so a digest says what was there when its range was"
                    + " compared. It finds out changes by accident, not forgery.");
            sentences.add(
                    "infill verify compares this report with the table: every row with the expression, and each range"
                            + " with its digest. Digests are comparable within PostgreSQL "
                            + proof.serverVersion().replaceFirst("\\..*", "") + ".");
        }
        if (proof.ownership() != Ownership.DERIVED) {
            sentences.add("The column belonged to "
                    + (proof.ownership() == Ownership.APPLICATION
                            ? "the application at the end"
                            : "the expression and the application at the end")
                    + ": rows may differ from the expression on purpose.");
        }
        if (isKept(report)) {
            sentences.add("Since " + time(report.finishedAt())
                    + " Infill repairs nothing: the application keeps the column right.");
        }
        return List.copyOf(sentences);
    }

    private static String typed(List<Column> columns) {
        return columns.stream()
                .map(column -> column.name() + " " + column.type())
                .collect(Collectors.joining(", "));
    }

    /** What was promised. */
    static List<Fact> promise(MigrationReport report) {
        Promise promise = report.promise();
        if (promise == null) {
            return List.of(Fact.code("column", report.table() + "." + report.column()));
        }
        Migration definition = promise.definition();
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.code("table", definition.table().toString()));
        facts.add(Fact.code("column", typed(definition.columns())));
        facts.add(Fact.code("key", typed(definition.key())));
        facts.add(Fact.code(
                definition.fill().transform() == null ? "expression" : "transform",
                definition.each().stream().map(each -> each.fill().source()).collect(Collectors.joining(", "))));
        facts.add(Fact.of("keep", keep(definition.fill().keep())));
        facts.add(Fact.of("not null", promise.notNull() ? "yes" : "no"));
        promise.indexes()
                .forEach(index ->
                        facts.add(Fact.code("index", index.name() + " (" + String.join(", ", index.columns()) + ")")));
        promise.constraints()
                .forEach(constraint -> facts.add(Fact.code(
                        "constraint",
                        constraint.name() + " " + constraint.definition().replaceAll("\\s+\\)$", ")"))));
        return List.copyOf(facts);
    }

    private static String keep(Migration.Keep keep) {
        return switch (keep) {
            case DERIVED -> "derived: equal to the expression at all times";
            case ONCE -> "once: written only where nothing was written yet";
        };
    }

    /** What was compared. */
    static List<Fact> verification(MigrationReport report) {
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.of("rows compared", Words.count(report.rows().verified())));
        facts.add(Fact.of("found wrong", Words.count(report.rows().mismatches())));
        facts.add(Fact.of("ranges", Words.count(report.ranges()) + (report.how() == null ? "" : " " + report.how())));
        Proof proof = report.proof();
        if (proof != null) {
            facts.add(digest(proof.digest()));
            facts.add(Fact.of("server", "PostgreSQL " + proof.serverVersion()));
            facts.add(Fact.of("owner of the column", proof.ownership().word()));
        }
        return List.copyOf(facts);
    }

    private static Fact digest(Proof.@Nullable Digest digest) {
        return digest == null
                ? Fact.of("digest", "none: not every range was compared to its end")
                : Fact.code("digest over all ranges", digest.value());
    }

    /** What repair did. */
    static List<Fact> repairs(MigrationReport report) {
        return List.of(
                Fact.of("rows filled", Words.count(report.rows().filled())),
                Fact.of("the application's changes", Words.count(report.rows().changes())),
                Fact.of("rows repaired", Words.count(report.rows().repaired())),
                Fact.of(
                        "staleness",
                        "p50 " + Words.millis(report.staleness().p50Millis()) + ", p99 "
                                + Words.millis(report.staleness().p99Millis()) + ", max "
                                + Words.millis(report.staleness().maxMillis())));
    }

    /** What it cost. */
    static List<Fact> cost(MigrationReport report) {
        MigrationReport.Growth growth = report.growth();
        return List.of(
                Fact.of("WAL written", Words.bytes(growth.walBytes()) + ", the application's share included"),
                Fact.of("table", grown(growth.tableBytesBefore(), growth.tableBytesAfter())),
                Fact.of("indexes", grown(growth.indexBytesBefore(), growth.indexBytesAfter())),
                Fact.of("rested for others", PaceView.rested(report.protection())));
    }

    static String grown(long before, long after) {
        String factor = before == 0 ? "" : String.format(Locale.ROOT, " (×%.2f)", (double) after / before);
        return Words.bytes(before) + " → " + Words.bytes(after) + factor;
    }
}
