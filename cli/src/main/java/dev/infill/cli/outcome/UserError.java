package dev.infill.cli.outcome;

import dev.infill.protocol.status.Problem;
import java.io.Serial;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Ends a command with one message that says what, why and what to do; never shown with a stack trace. */
public final class UserError extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    // Not serializable, and never serialized: an exception only travels up this process's stack.
    private final transient @Nullable Problem problem;

    private UserError(ExitCode exitCode, String message, @Nullable Problem problem) {
        super(message);
        this.exitCode = exitCode;
        this.problem = problem;
    }

    /** The person typed something that can't be: an option, a file, a field. */
    public static UserError usage(String message) {
        return new UserError(ExitCode.USAGE, message, null);
    }

    /** Something that is needed isn't there or doesn't work. */
    public static UserError failed(String message) {
        return new UserError(ExitCode.FAILED, message, null);
    }

    /** The person, or a service manager, asked to stop. */
    public static UserError stopped(ExitCode exitCode) {
        return new UserError(exitCode, "stopped before the end", null);
    }

    /** The coordinator said no. */
    public static UserError of(ExitCode exitCode, String message, Problem problem) {
        return new UserError(exitCode, message, problem);
    }

    /** How the process ends. */
    public ExitCode exitCode() {
        return exitCode;
    }

    /** The message. */
    public String words() {
        return String.valueOf(getMessage());
    }

    /** The same for programs. */
    public Problem problem() {
        return problem != null
                ? problem
                : Problem.of(
                        0, exitCode.name().toLowerCase(Locale.ROOT).replace('_', '-'), "The command ended", words());
    }
}
