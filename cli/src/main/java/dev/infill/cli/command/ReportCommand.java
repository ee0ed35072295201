package dev.infill.cli.command;

import dev.infill.cli.client.Answer;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.screen.ReportView;
import dev.infill.protocol.status.MigrationReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code infill report}. */
@Command(name = "report", description = "Show the report of a migration that is over.")
final class ReportCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final Steering steering = new Steering();

    @Parameters(paramLabel = "MIGRATION", description = "Which one.")
    private String migration = "";

    ReportCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Answer<MigrationReport> report = steering.client(surroundings).report(migration);
        ReportView view = new ReportView(surroundings.console().outTerminal());
        output.print(surroundings, report.json(), view.lines(report.value()));
        return ExitCode.DONE.number();
    }
}
