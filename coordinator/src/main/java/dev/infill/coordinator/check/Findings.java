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

    /** Something that must be mended first. */
    void block(String code, String what, String why, String remedy) {
        found.add(new Finding(code, Severity.BLOCK, what, why, remedy, null, SpecificationFields.of(code)));
    }

    /** Something that must be mended first, and the statements that mend it. */
    void block(String code, String what, String why, String remedy, @Nullable String sql) {
        found.add(new Finding(code, Severity.BLOCK, what, why, remedy, sql, SpecificationFields.of(code)));
    }

    /** Something that may hurt and does not stop us. */
    void warn(String code, String what, String why, String remedy) {
        found.add(new Finding(code, Severity.WARN, what, why, remedy, null, SpecificationFields.of(code)));
    }

    /** Something that may hurt, and the statements that mend it. */
    void warn(String code, String what, String why, String remedy, @Nullable String sql) {
        found.add(new Finding(code, Severity.WARN, what, why, remedy, sql, SpecificationFields.of(code)));
    }

    /** Something worth knowing. */
    void info(String code, String what, String why, String remedy) {
        found.add(new Finding(code, Severity.INFO, what, why, remedy, null, SpecificationFields.of(code)));
    }

    /** Something worth knowing, and the statements for those who care. */
    void info(String code, String what, String why, String remedy, @Nullable String sql) {
        found.add(new Finding(code, Severity.INFO, what, why, remedy, sql, SpecificationFields.of(code)));
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
