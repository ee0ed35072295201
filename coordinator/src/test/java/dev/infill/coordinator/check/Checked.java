package dev.infill.coordinator.check;

import dev.infill.postgres.DatabaseUrl;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.Finding.Severity;
import dev.infill.specification.SpecificationReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Runs the preflight the way a coordinator does. */
final class Checked {
    static final String SPECIFICATION = """
            migration: orders-total-cents
            database: shop
            table: orders
            column: {name: total_cents, type: bigint}
            fill:
              expression: round(total * 100)::bigint
              keep: derived
            """;

    static final String ORDERS = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2), note text)";

    private Checked() {}

    static Connection open(String url) throws SQLException {
        return Sessions.open(new DatabaseUrl(Map.of()).parse("shop", url), Manners.of("infill-test"));
    }

    static Preflight.Outcome outcome(String url, String specification) throws SQLException {
        try (Connection connection = open(url)) {
            return Preflight.check(connection, SpecificationReader.read(specification), new Environments(List.of()));
        }
    }

    static List<String> codes(Preflight.Outcome outcome, Severity severity) {
        return outcome.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .map(Finding::code)
                .toList();
    }
}
