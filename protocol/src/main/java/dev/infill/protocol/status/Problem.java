package dev.infill.protocol.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was refused: RFC 9457 problem details with our own members.
 *
 * @param type a stable URI, {@code urn:infill:problem:<code>}
 * @param status the HTTP status
 * @param detail one sentence: what, why, what to do
 * @param code stable, like {@code unknown-field}
 * @param line in the specification, from 1; null where there is none
 * @param field the path in the specification, like {@code column.type}; null where there is none
 * @param findings what the check found, where that is the reason
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        @Nullable Integer line,
        @Nullable String field,
        List<Finding> findings) {
    public Problem {
        findings = findings == null ? List.of() : List.copyOf(findings);
    }

    /** A problem without a place in a specification. */
    public static Problem of(int status, String code, String title, String detail) {
        return new Problem("urn:infill:problem:" + code, title, status, detail, code, null, null, List.of());
    }
}
