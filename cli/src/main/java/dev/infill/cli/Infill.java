package dev.infill.cli;

import dev.infill.cli.command.CommandTree;
import dev.infill.cli.command.Surroundings;
import dev.infill.cli.outcome.StopRequest;
import dev.infill.cli.screen.Console;

/** The program. */
public final class Infill {
    private Infill() {}

    /** Runs one command and ends the process, whatever threads are left. */
    public static void main(String[] arguments) {
        var environment = System.getenv();
        var surroundings = new Surroundings(Console.ofProcess(environment), environment, StopRequest::onSignals);
        System.exit(new CommandTree(surroundings).run(arguments).number());
    }
}
