package dev.infill.coordinator.check;

import dev.infill.protocol.Identifier;
import dev.infill.specification.Specification;
import dev.infill.specification.Specification.Index;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;

/** Tries the indexes on the empty copy of the table, with the new column in it. */
final class IndexProbe {
    private final Specification specification;
    private final Findings findings;

    IndexProbe(Specification specification, Findings findings) {
        this.specification = specification;
        this.findings = findings;
    }

    void judge(Connection connection, String probe) throws SQLException {
        for (Index index : specification.indexes()) {
            if (findings.has("index-column-not-found")) {
                return; // said with the near miss
            }
            String columns = index.columns().stream().map(Identifier::quote).collect(Collectors.joining(", "));
            RolledBack.tried(connection, "CREATE INDEX ON " + probe + " (" + columns + ")")
                    .ifPresent(refusal -> findings.block(
                            "index-invalid",
                            "index " + index.name() + " can't be built: " + refusal.message() + " (SQLSTATE "
                                    + refusal.sqlState() + ")",
                            "it would fail only after everything was filled",
                            "choose columns of types that a B-tree can sort, or leave the index out"));
        }
    }
}
