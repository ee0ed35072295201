package dev.infill.cli.screen;

import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.protocol.status.MigrationStatus.GateStatus;
import dev.infill.protocol.status.MigrationStatus.Rows;
import dev.infill.protocol.status.MigrationStatus.Speed;
import dev.infill.protocol.status.OwnershipMove;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A migration's status as text: the same on a live screen, in a log and for {@code status}. */
public final class StatusView {
    private static final int BAR = 40;
    private static final int LABEL = 11;

    private final Paint paint;
    private final FindingView findings;
    private final int columns;

    /** @param looks of the stream it is for */
    public StatusView(Console.Looks looks) {
        this.paint = new Paint(looks.colors());
        this.findings = new FindingView(paint, looks.columns());
        this.columns = looks.columns();
    }

    /** The block. */
    public List<String> block(MigrationStatus status) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.strong(status.migration()) + "   " + status.table() + "." + status.column() + standing(status));
        lines.add(stages(status));
        Share share = Share.of(status);
        if (share.measured()) {
            lines.add(labelled(status.stage().word(), bar(share) + " " + Words.percent(share.value())));
        } else if (status.outcome() == null) {
            lines.add(labelled(status.stage().word(), doing(status.stage())));
        }
        lines.add(labelled("rows", rows(status)));
        lines.add(labelled("tasks", tasks(status)));
        String how = status.work().how();
        if (how != null) {
            lines.add(labelled("how", how));
        }
        lines.add(labelled("repaired", repaired(status)));
        OwnershipMove move = status.ownershipMove();
        if (move != null && status.outcome() == null) {
            lines.add(labelled("owner", owner(move)));
        }
        lines.add(labelled("held back", heldBack(status)));
        SchemaView.lines(status.schema()).forEach(line -> lines.add(labelled("schema", line)));
        gates(status).forEach(gate -> lines.add(labelled("gate", gate)));
        findings(status.findings()).forEach(lines::add);
        return lines;
    }

    /** One line for a log: what its stage makes interesting. */
    public String line(MigrationStatus status) {
        Share share = Share.of(status);
        List<String> parts = new ArrayList<>();
        if (share.measured()) {
            parts.add(Words.percent(share.value()));
        } else if (status.outcome() == null) {
            parts.add(doing(status.stage()));
        }
        if (status.standing() != Standing.RUNNING) {
            parts.add(status.standing().word());
        }
        if (status.stage().compareTo(Stage.FILL) >= 0) {
            parts.add(rows(status));
        }
        if (share.measured()) {
            parts.add(tasks(status));
        }
        if (status.work().rows().changes() > 0) {
            parts.add("repaired " + repaired(status));
        }
        SchemaView.running(status.schema()).ifPresent(parts::add);
        parts.add("held back " + heldBack(status));
        String stage = status.outcome() == null ? status.stage().word() : status.outcome();
        return status.migration() + " " + stage + ": " + String.join(" | ", parts);
    }

    private static String doing(Stage stage) {
        return switch (stage) {
            case CHECK -> "looking at the table, the server and the specification";
            case EXPAND -> "adding the column";
            case CAPTURE -> "making sure that every change from now on is seen";
            case FILL -> "filling";
            case VERIFY -> "comparing every row";
            case INDEX -> "building indexes beside the application";
            case SYNC -> "keeping it right until the gates are open";
            case ENFORCE -> "adding and validating constraints";
            case COMPLETE -> "removing what served the migration";
        };
    }

    /** A table of several. */
    public List<String> table(List<MigrationStatus> statuses) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("MIGRATION", "DATABASE", "COLUMN", "STAGE", "STANDING", "DONE"));
        for (MigrationStatus status : statuses) {
            Share share = Share.of(status);
            rows.add(List.of(
                    status.migration(),
                    status.database(),
                    status.table() + "." + status.column(),
                    status.stage().word(),
                    status.outcome() == null ? status.standing().word() : status.outcome(),
                    share.measured() ? Words.percent(share.value()) : ""));
        }
        return Table.lines(rows);
    }

    /** What the check found, a few lines each. */
    public List<String> findings(List<Finding> findings) {
        return findings(findings, finding -> "");
    }

    /** The same, each behind the place in the specification that it is about. */
    public List<String> findings(List<Finding> findings, Function<Finding, String> place) {
        return findings.stream()
                .filter(finding -> finding.severity() != Finding.Severity.INFO)
                .flatMap(finding -> this.findings.lines(finding, place.apply(finding)).stream())
                .toList();
    }

    private String standing(MigrationStatus status) {
        String gap = "   ";
        if (status.outcome() != null) {
            return gap + (status.outcome().equals("complete") ? paint.good("complete") : paint.held(status.outcome()));
        }
        return switch (status.standing()) {
            case RUNNING -> "";
            case PAUSED, CANCELLING, ROLLING_BACK ->
                gap + paint.held(status.standing().word());
            case REFUSED, FAILED -> gap + paint.bad(status.standing().word());
        };
    }

    private String stages(MigrationStatus status) {
        boolean over = status.outcome() != null;
        return Arrays.stream(Stage.values())
                .map(stage -> {
                    int order = stage.compareTo(status.stage());
                    if (order == 0 && !over) {
                        return paint.strong("[" + stage.word() + "]");
                    }
                    return order > 0 ? paint.faint(stage.word()) : paint.good(stage.word());
                })
                .collect(Collectors.joining(paint.faint(" > ")));
    }

    private String bar(Share share) {
        int width = Math.max(10, Math.min(BAR, columns - LABEL - 8));
        int full = (int) Math.round(share.value() * width);
        return "█".repeat(full) + paint.faint("░".repeat(width - full));
    }

    private static String rows(MigrationStatus status) {
        Rows rows = status.work().rows();
        String wrong = (rows.rejected() == 0 ? "" : ", " + Words.count(rows.rejected()) + " refused by PostgreSQL")
                + (rows.mismatches() == 0
                        ? ""
                        : ", " + Words.count(rows.mismatches()) + " found wrong by verification");
        String about = "about " + Words.count(rows.expected());
        return switch (status.outcome() == null ? status.stage() : Stage.COMPLETE) {
            case CHECK, EXPAND, CAPTURE -> about;
            case FILL -> Words.count(rows.filled()) + " of " + about + " filled" + speed(status.speed()) + wrong;
            case VERIFY -> Words.count(rows.verified()) + " of " + about + " verified" + speed(status.speed()) + wrong;
            case INDEX, SYNC, ENFORCE, COMPLETE ->
                Words.count(rows.filled()) + " filled, " + Words.count(rows.verified()) + " verified" + wrong;
        };
    }

    private static String speed(Speed speed) {
        Long left = speed.secondsLeft();
        return (speed.rowsPerSecond() < 1 ? "" : ", " + Words.count(Math.round(speed.rowsPerSecond())) + " rows/s")
                + (left == null ? "" : ", " + Words.seconds(left) + " left");
    }

    private static String tasks(MigrationStatus status) {
        long total = status.work().ranges().total();
        return total == 0
                ? "none yet"
                : Words.count(status.work().tasksOpen()) + " of " + Words.count(total) + " tasks open (consumer lag)";
    }

    private static String repaired(MigrationStatus status) {
        Rows rows = status.work().rows();
        var staleness = status.speed().staleness();
        return Words.count(rows.repaired(), "row") + " after " + Words.count(rows.changes(), "change")
                + (staleness.maxMillis() == 0
                        ? ""
                        : ", staleness p50 " + Words.millis(staleness.p50Millis()) + " p99 "
                                + Words.millis(staleness.p99Millis()) + " over the last minute");
    }

    private String heldBack(MigrationStatus status) {
        if (status.problem() != null) {
            return status.standing() == Standing.RUNNING
                    ? paint.held("by " + status.problem())
                    : paint.bad(status.problem());
        }
        @Nullable String throttled = status.speed().throttledBy();
        if (throttled != null) {
            return paint.held("by " + throttled + ", pace "
                    + String.format(Locale.ROOT, "%.0f %%", status.speed().pace() * 100));
        }
        if (status.stage() == Stage.SYNC && status.outcome() == null) {
            String closed = status.gates().stream()
                    .filter(gate -> !gate.open())
                    .map(gate -> "the gate " + gate.gate().word())
                    .collect(Collectors.joining(" and "));
            return paint.held("by " + (closed.isEmpty() ? "changes that may wait for their repair" : closed));
        }
        return "by nothing";
    }

    private static String owner(OwnershipMove move) {
        String rule = switch (move.to()) {
            case DERIVED -> "derived, every difference is repaired";
            case DUAL -> "dual, only NULLs are repaired";
            case APPLICATION -> "application, nothing is repaired";
        };
        return rule + "; by " + move.by() + " at " + move.at().truncatedTo(ChronoUnit.SECONDS) + ": " + move.why();
    }

    private List<String> gates(MigrationStatus status) {
        if (status.stage() != Stage.SYNC || status.outcome() != null) {
            return List.of();
        }
        return status.gates().stream().map(this::gate).toList();
    }

    private String gate(GateStatus gate) {
        return gate.gate().word() + " "
                + (gate.open()
                        ? paint.good("open")
                        : paint.held("closed")
                                + (gate.missing().isEmpty() ? "" : ": waits for ")
                                + String.join("; ", gate.missing()));
    }

    /** A labelled line of the block. */
    public static String labelled(String label, String text) {
        return " " + label + " ".repeat(Math.max(1, LABEL - label.length())) + text;
    }
}
