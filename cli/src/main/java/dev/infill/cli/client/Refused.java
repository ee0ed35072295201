package dev.infill.cli.client;

import dev.infill.protocol.status.Problem;
import java.io.Serial;

/** The coordinator answered, and the answer is no. */
public final class Refused extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    // Not serializable, and never serialized: an exception only travels up this process's stack.
    private final transient Problem problem;

    Refused(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    /** Why. */
    public Problem problem() {
        return problem;
    }
}
