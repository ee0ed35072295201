package dev.infill.cli.command;

import dev.infill.cli.client.Answer;
import dev.infill.cli.client.CoordinatorClient;
import dev.infill.cli.follow.Follower;
import dev.infill.cli.follow.Verdict;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.StopRequest;
import dev.infill.cli.outcome.UserError;
import dev.infill.cli.screen.Display;
import dev.infill.cli.screen.StatusView;
import dev.infill.protocol.Stage;
import dev.infill.protocol.status.MigrationStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code infill status}. */
@Command(name = "status", description = "Show how a migration stands, or all of them.")
final class StatusCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Surroundings surroundings;

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final Steering steering = new Steering();

    @Parameters(paramLabel = "MIGRATION", arity = "0..1", description = "Which one (default: all).")
    private @Nullable String migration;

    @Option(
            names = "--watch",
            description = "Go on showing it until it is over; the exit code then tells how it ended.")
    private boolean watch;

    @Option(
            names = "--exit-code",
            description =
                    "Let the exit code tell how it stands: 0 complete, 1 failed, 3 refused, 5 differences, 8 still running.")
    private boolean exitCode;

    StatusCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        CoordinatorClient client = steering.client(surroundings);
        if (migration == null) {
            if (watch || exitCode) {
                throw UserError.usage("--watch and --exit-code need the name of a migration; 'infill list' shows them");
            }
            return all(client).number();
        }
        return (watch ? watch(client, migration) : once(client, migration)).number();
    }

    private ExitCode all(CoordinatorClient client) {
        Answer<List<MigrationStatus>> all = client.list();
        StatusView view = new StatusView(surroundings.console().outTerminal());
        List<String> text = new ArrayList<>();
        for (MigrationStatus status : all.value()) {
            text.addAll(view.block(status));
            text.add("");
        }
        output.print(surroundings, all.json(), text.isEmpty() ? List.of("There are no migrations.") : text);
        return ExitCode.DONE;
    }

    private ExitCode once(CoordinatorClient client, String name) {
        Answer<MigrationStatus> status = client.status(name);
        output.print(surroundings, status);
        return exitCode ? Verdict.now(status.value()) : ExitCode.DONE;
    }

    private ExitCode watch(CoordinatorClient client, String name) {
        StopRequest stop = surroundings.stop().get();
        Display display = surroundings.console().display(output.json());
        var shown = new ShownStatus(display, surroundings.console().displayLooks(output.json()));
        ExitCode ended = new Follower(client, stop, PAUSE).follow(name, Stage.COMPLETE, shown);
        display.settle();
        if (output.json()) {
            surroundings
                    .console()
                    .out()
                    .println(Output.pretty(client.status(name).json()));
        }
        return ended;
    }
}
