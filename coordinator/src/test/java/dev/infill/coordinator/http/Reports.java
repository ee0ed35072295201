package dev.infill.coordinator.http;

/** A report as a coordinator leaves it. */
final class Reports {
    static final String INSERT = """
            INSERT INTO infill.report (migration, outcome, report) VALUES ('orders-total-cents', '%s', '{
              "migration": "orders-total-cents", "outcome": "%s", "table": "public.orders", "column": "total_cents",
              "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-02T00:00:00Z",
              "stages": [{"stage": "CHECK", "seconds": 1.5}, {"stage": "FILL", "seconds": 60}],
              "rows": {"expected": 10, "filled": 10, "verified": 10, "changes": 1, "repaired": 1, "rejected": 0,
                       "mismatches": 0},
              "ranges": 3,
              "growth": {"walBytes": 1, "tableBytesBefore": 1, "tableBytesAfter": 1, "indexBytesBefore": 1,
                         "indexBytesAfter": 1},
              "staleness": {"p50Millis": 1, "p99Millis": 2, "maxMillis": 3},
              "gates": [{"gate": "READS", "open": true, "openedBy": "evidence", "openedAt": "2026-01-02T00:00:00Z",
                         "missing": []}]}')
            """;

    private Reports() {}
}
