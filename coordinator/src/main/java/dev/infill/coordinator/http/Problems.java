package dev.infill.coordinator.http;

import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.Finding.Severity;
import dev.infill.protocol.status.Problem;
import dev.infill.specification.SpecificationException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Every reason for which a request is refused. */
final class Problems {
    private Problems() {}

    static ProblemException badSpecification(SpecificationException e) {
        return new ProblemException(new Problem(
                "urn:infill:problem:" + e.code(),
                "The specification is wrong",
                400,
                e.advice(),
                e.code(),
                e.line(),
                e.field().isEmpty() ? null : e.field(),
                List.of()));
    }

    /** No line: what was sent is no file. */
    static ProblemException badPace(SpecificationException e) {
        String suggestion =
                e.suggestion().map(near -> "; did you mean '" + near + "'?").orElse("");
        return new ProblemException(new Problem(
                "urn:infill:problem:" + e.code(),
                "The pace is wrong",
                400,
                e.sentence() + suggestion,
                e.code(),
                null,
                e.field().isEmpty() ? null : e.field(),
                List.of()));
    }

    static ProblemException unknownDatabase(String name, List<String> known) {
        return new ProblemException(new Problem(
                "urn:infill:problem:unknown-database",
                "The database is unknown",
                400,
                "the configuration has no database '" + name + "'; it has " + String.join(", ", known),
                "unknown-database",
                null,
                "database",
                List.of()));
    }

    static ProblemException refusedByCheck(List<Finding> findings) {
        String blocking = findings.stream()
                .filter(finding -> finding.severity() == Severity.BLOCK)
                .map(Finding::found)
                .collect(Collectors.joining("; "));
        return new ProblemException(new Problem(
                "urn:infill:problem:refused-by-check",
                "The check refuses the migration",
                422,
                blocking,
                "refused-by-check",
                null,
                null,
                findings));
    }

    static ProblemException unknownMigration(String name) {
        return problem(404, "unknown-migration", "The migration is unknown", "there is no migration '" + name + "'");
    }

    static ProblemException noReport(String name) {
        String detail = "migration '" + name + "' is not over yet; its status tells where it stands";
        return problem(404, "no-report", "There is no report yet", detail);
    }

    static ProblemException conflict(String code, String detail) {
        return problem(409, code, "The request conflicts with what is there", detail);
    }

    static ProblemException badRequest(String code, String detail) {
        return problem(400, code, "The request is wrong", detail);
    }

    /** What a failure of a database means to whoever asked; never PostgreSQL's message, which may hold values. */
    static ProblemException database(Database database, SQLException e) {
        Failure failure = Failure.of(e);
        String state = failure.sqlState();
        boolean passing = switch (failure.policy()) {
            case RETRY, THROTTLE -> true;
            case REJECT, STOP -> state.startsWith("28") || state.startsWith("3D");
        };
        String words = "database '" + database.name() + "' ";
        return passing
                ? problem(
                        503,
                        "database-unavailable",
                        "The database does not answer",
                        words + "can't be used now (" + failure.words() + "); try again, or look at its server")
                : problem(500, "database-failure", "The database refuses", words + "answers " + failure.words());
    }

    private static ProblemException problem(int status, String code, String title, String detail) {
        return new ProblemException(Problem.of(status, code, title, detail));
    }
}
