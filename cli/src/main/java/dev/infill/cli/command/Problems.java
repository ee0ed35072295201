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
    static UserError told(Problem problem, @Nullable SpecificationFile file) {
        List<Finding> blocking = problem.findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.BLOCK)
                .toList();
        if (!blocking.isEmpty()) {
            return refused(problem, blocking, file);
        }
        String line = file == null || problem.line() == null ? "" : file.name() + ":" + problem.line() + ": ";
        String words = line + field(problem.field(), problem.detail()) + problem.detail();
        return UserError.of(exitCode(problem), words, problem);
    }

    /** Only what blocks: a warning would hide it, and comes again once nothing blocks. */
    private static UserError refused(Problem problem, List<Finding> blocking, @Nullable SpecificationFile file) {
        List<String> lines = new ArrayList<>();
        lines.add("the check refuses the migration; nothing was touched");
        lines.addAll(new StatusView(Looks.PLAIN)
                .findings(
                        blocking,
                        finding -> (file == null ? "" : file.place(finding.field()))
                                + field(finding.field(), finding.found())));
        return UserError.of(ExitCode.REFUSED, String.join(System.lineSeparator(), lines), problem);
    }

    /** The field, unless the sentence names it. */
    private static String field(@Nullable String field, String sentence) {
        return field == null || sentence.contains(field) ? "" : field + ": ";
    }

    /** What is wrong in a specification before any coordinator saw it. */
    static UserError told(SpecificationException mistake, SpecificationFile file) {
        Problem problem = new Problem(
                "urn:infill:problem:" + mistake.code(),
                "The specification is wrong",
                UNPROCESSABLE,
                mistake.advice(),
                mistake.code(),
                mistake.line(),
                mistake.field().isEmpty() ? null : mistake.field(),
                List.of());
        return told(problem, file);
    }

    private static ExitCode exitCode(Problem problem) {
        boolean theirs = problem.status() >= FIRST_SERVER_ERROR || problem.status() == CONFLICT;
        return theirs ? ExitCode.FAILED : ExitCode.USAGE;
    }
}
