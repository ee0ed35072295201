package dev.infill.cli.command;

import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.UserError;
import dev.infill.cli.screen.Console.Looks;
import dev.infill.cli.screen.StatusView;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.Problem;
import dev.infill.specification.SpecificationException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what was refused into a message and an exit code. */
final class Problems {
    private static final int UNPROCESSABLE = 422;
    private static final int CONFLICT = 409;
    private static final int FIRST_SERVER_ERROR = 500;

    private Problems() {}

    /** What the coordinator refused; the file is the specification's, where there is one. */
    static UserError told(Problem problem, @Nullable String file) {
        List<String> lines = new ArrayList<>();
        String place = file == null || problem.line() == null ? "" : file + ":" + problem.line() + ": ";
        String field =
                problem.field() == null || problem.detail().contains(problem.field()) ? "" : problem.field() + ": ";
        lines.add(place + field + problem.detail());
        lines.addAll(new StatusView(Looks.PLAIN).findings(problem.findings()));
        return UserError.of(exitCode(problem), String.join(System.lineSeparator(), lines), problem);
    }

    /** What is wrong in a specification before any coordinator saw it. */
    static UserError told(SpecificationException mistake, String file) {
        String sentence = mistake.sentence()
                + mistake.suggestion()
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("");
        Problem problem = new Problem(
                "urn:infill:problem:" + mistake.code(),
                "The specification is wrong",
                UNPROCESSABLE,
                sentence,
                mistake.code(),
                mistake.line(),
                mistake.field().isEmpty() ? null : mistake.field(),
                List.of());
        return told(problem, file);
    }

    private static ExitCode exitCode(Problem problem) {
        boolean refused = problem.findings().stream().anyMatch(finding -> finding.severity() == Finding.Severity.BLOCK);
        if (refused) {
            return ExitCode.REFUSED;
        }
        boolean theirs = problem.status() >= FIRST_SERVER_ERROR || problem.status() == CONFLICT;
        return theirs ? ExitCode.FAILED : ExitCode.USAGE;
    }
}
