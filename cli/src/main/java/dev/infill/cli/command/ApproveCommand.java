package dev.infill.cli.command;

import dev.infill.cli.outcome.ExitCode;
import dev.infill.protocol.Gate;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code infill approve}. */
@Command(name = "approve", description = "Open a gate of a migration by hand.")
final class ApproveCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final Steering steering = new Steering();

    @Parameters(index = "0", paramLabel = "MIGRATION", description = "Which one.")
    private String migration = "";

    @Parameters(
            index = "1",
            paramLabel = "GATE",
            description =
                    "reads: the application may read the column. writes: every version of the application writes it."
                            + " constraints: put them in force though rows were repaired of late.")
    private Gate gate = Gate.READS;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit log.")
    private String reason = "";

    ApproveCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        output.print(surroundings, steering.client(surroundings).approve(migration, gate, reason));
        return ExitCode.DONE.number();
    }
}
