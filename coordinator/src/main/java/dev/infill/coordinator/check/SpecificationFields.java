package dev.infill.coordinator.check;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which field of the specification a finding is about, so that its reader finds the line. */
final class SpecificationFields {
    /** Those that each of several columns has. */
    static final Set<String> OF_A_COLUMN = Set.of("fill.expression", "column.default", "column.name", "column.type");

    private SpecificationFields() {}

    /** The field; null where the finding is about the server, or about rights and rows that no field can mend. */
    static @Nullable String of(String code) {
        if (code.startsWith("expression-") || code.equals("sample-fails")) {
            return "fill.expression";
        }
        if (code.equals("default-not-constant")) {
            return null; // about one that is there already
        }
        if (code.startsWith("default-")) {
            return "column.default";
        }
        if (code.startsWith("follows-")) {
            return "fill.follows";
        }
        if (code.startsWith("transform-")) {
            return "fill.transform";
        }
        if (code.startsWith("environment-")) {
            return "environments";
        }
        return switch (code) {
            case "table-not-found", "system-table", "not-a-table", "no-primary-key", "table-taken" -> "table";
            case "where-invalid" -> "fill.where";
            case "type-invalid", "type-is-constrained-domain", "column-exists-with-other-type" -> "column.type";
            case "column-exists", "column-is-special" -> "column.name";
            case "index-name-taken",
                    "index-exists",
                    "index-column-not-found",
                    "index-invalid",
                    "index-unique",
                    "index-unique-partitioned" -> "indexes";
            case "constraint-name-taken", "check-invalid" -> "constraints";
            case "foreign-key-target-not-found", "foreign-key-type-mismatch" -> "constraints.foreignKey";
            default -> null;
        };
    }
}
