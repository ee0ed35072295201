package dev.infill.cli.command;

import dev.infill.cli.client.Refused;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.UserError;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.status.Problem;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code infill own}. */
@Command(name = "own", description = "Say who rules the column's values, and so what a repair may overwrite.")
final class OwnCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final Steering steering = new Steering();

    @Parameters(index = "0", paramLabel = "MIGRATION", description = "Which one.")
    private String migration = "";

    @Parameters(
            index = "1",
            paramLabel = "OWNERSHIP",
            description = "derived: the expression, every difference is repaired. dual: old and new versions of the"
                    + " application write it, only NULLs are repaired. application: nothing is repaired.")
    private Ownership ownership = Ownership.DERIVED;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the audit log.")
    private String reason = "";

    @Option(
            names = "--force",
            description = "Move it back though values that the application wrote on purpose are overwritten then.")
    private boolean force;

    OwnCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try {
            output.print(surroundings, steering.client(surroundings).own(migration, ownership, reason, force));
        } catch (Refused e) {
            Problem problem = e.problem();
            if (problem.code().equals("would-overwrite")) {
                throw UserError.of(ExitCode.FAILED, problem.detail() + " (--force)", problem);
            }
            throw e;
        }
        return ExitCode.DONE.number();
    }
}
