package dev.infill.coordinator.check;

import dev.infill.specification.Specification;
import dev.infill.specification.Specification.Check;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Tries the check constraints on the empty copy of the table, with the new column in it. */
final class ConstraintProbe {
    private final Specification specification;
    private final Findings findings;

    ConstraintProbe(Specification specification, Findings findings) {
        this.specification = specification;
        this.findings = findings;
    }

    void judge(Connection connection, String probe) throws SQLException {
        for (Check check : specification.constraints().checks()) {
            Optional<String> problem = ExpressionText.look(check.expression()).problem();
            if (problem.isPresent()) {
                block(check, problem.get());
                continue;
            }
            // Not valid: looking at the rows, though there are none, would compute what is constant in it.
            String sql = "ALTER TABLE " + probe + " ADD CONSTRAINT infill_check CHECK (" + check.expression()
                    + "\n) NOT VALID";
            RolledBack.tried(connection, sql)
                    .ifPresent(refusal -> block(check, refusal.message() + " (SQLSTATE " + refusal.sqlState() + ")"));
        }
    }

    private void block(Check check, String problem) {
        findings.block(
                "check-invalid",
                "check constraint " + check.name() + " can't be added: " + problem,
                "it would fail only at the end, after everything was filled",
                "write one condition over columns of the table, the new one included");
    }
}
