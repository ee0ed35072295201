package dev.infill.coordinator.check;

import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.Finding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was found so far. */
final class Findings {
    private final List<Finding> found = new ArrayList<>();
    private int place;

    /** Which of the specification's columns is looked at from now on; 0: the first, or no single one. */
    void about(int column) {
        place = column;
    }

    /** What a field of the first column is called in the one that is looked at. */
    String named(String field) {
        return place == 0 ? field : field.replaceFirst("^(column|fill)\\.", "also[" + (place - 1) + "].");
    }

    private @Nullable String field(String code) {
        String field = SpecificationFields.of(code);
        return field == null || !SpecificationFields.OF_A_COLUMN.contains(field) ? field : named(field);
    }

    /** Something that must be mended first. */
    void block(String code, String what, String why, String remedy) {
        add(new Finding(code, Severity.BLOCK, what, why, remedy, null, field(code)));
    }

    /** Something that must be mended first, and the statements that mend it. */
    void block(String code, String what, String why, String remedy, @Nullable String sql) {
        add(new Finding(code, Severity.BLOCK, what, why, remedy, sql, field(code)));
    }

    /** Something that may hurt and does not stop us. */
    void warn(String code, String what, String why, String remedy) {
        add(new Finding(code, Severity.WARN, what, why, remedy, null, field(code)));
    }

    /** Something that may hurt, and the statements that mend it. */
    void warn(String code, String what, String why, String remedy, @Nullable String sql) {
        add(new Finding(code, Severity.WARN, what, why, remedy, sql, field(code)));
    }

    /** Something worth knowing. */
    void info(String code, String what, String why, String remedy) {
        add(new Finding(code, Severity.INFO, what, why, remedy, null, field(code)));
    }

    /** Something worth knowing, and the statements for those who care. */
    void info(String code, String what, String why, String remedy, @Nullable String sql) {
        add(new Finding(code, Severity.INFO, what, why, remedy, sql, field(code)));
    }

    /** Each thing once: of several columns the same may be found. */
    private void add(Finding finding) {
        if (!found.contains(finding)) {
            found.add(finding);
        }
    }

    boolean isBlocked() {
        return found.stream().anyMatch(finding -> finding.severity() == Severity.BLOCK);
    }

    boolean has(String code) {
        return found.stream().anyMatch(finding -> finding.code().equals(code));
    }

    /** The worst first. */
    List<Finding> sorted() {
        return found.stream().sorted(Comparator.comparing(Finding::severity)).toList();
    }
}
