package dev.infill.cli.command;

import dev.infill.cli.client.Answer;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.screen.StatusView;
import dev.infill.protocol.status.MigrationStatus;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code infill list}. */
@Command(name = "list", description = "List all migrations.")
final class ListCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final Steering steering = new Steering();

    ListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Answer<List<MigrationStatus>> all = steering.client(surroundings).list();
        StatusView view = new StatusView(surroundings.console().outTerminal());
        output.print(surroundings, all.json(), view.table(all.value()));
        return ExitCode.DONE.number();
    }
}
