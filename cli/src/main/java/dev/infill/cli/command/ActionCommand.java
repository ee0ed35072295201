package dev.infill.cli.command;

import dev.infill.cli.client.Action;
import dev.infill.cli.outcome.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code infill pause}, {@code resume}, {@code cancel} and {@code rollback}. */
@Command
final class ActionCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    private final Action action;

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final Steering steering = new Steering();

    @Parameters(paramLabel = "MIGRATION", description = "Which one.")
    private String migration = "";

    ActionCommand(Surroundings surroundings, Action action) {
        this.surroundings = surroundings;
        this.action = action;
    }

    /** What it does, for the help. */
    static String describe(Action action) {
        return switch (action) {
            case PAUSE -> "Halt a migration; rows that the application changes are still repaired.";
            case RESUME -> "Let a paused or failed migration go on.";
            case CANCEL -> "End a migration where it stands; the column stays as it is.";
            case ROLLBACK -> "Remove everything that a migration created, the column and its values too.";
        };
    }

    @Override
    public Integer call() {
        output.print(surroundings, steering.client(surroundings).act(migration, action));
        return ExitCode.DONE.number();
    }
}
