package dev.infill.cli.command;

import dev.infill.cli.outcome.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code infill demo}. */
@Command(name = "demo", description = "See it at work: a shop, its traffic, and one migration from beginning to end.")
final class DemoCommand implements Callable<Integer> {
    DemoCommand(Surroundings surroundings) {}

    @Override
    public Integer call() {
        return ExitCode.FAILED.number();
    }
}
