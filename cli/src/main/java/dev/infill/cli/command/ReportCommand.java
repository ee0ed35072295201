package dev.infill.cli.command;

import dev.infill.cli.client.Answer;
import dev.infill.cli.document.HtmlReport;
import dev.infill.cli.document.MarkdownReport;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.screen.ReportView;
import dev.infill.protocol.status.MigrationReport;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code infill report}. */
@Command(name = "report", description = "Show the report of a migration that is over.")
final class ReportCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json|markdown|html",
            description =
                    "How to print it (default: text). json has everything; html is one page with charts that needs no network;"
                            + " 'infill verify' reads both back.")
    private Format format = Format.TEXT;

    @Mixin
    private final Steering steering = new Steering();

    @Parameters(paramLabel = "MIGRATION", description = "Which one.")
    private String migration = "";

    ReportCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private enum Format {
        TEXT,
        JSON,
        MARKDOWN,
        HTML;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() {
        Answer<MigrationReport> report = steering.client(surroundings).report(migration);
        PrintStream out = surroundings.console().out();
        switch (format) {
            case TEXT ->
                new ReportView(surroundings.console().outTerminal())
                        .lines(report.value())
                        .forEach(out::println);
            case JSON -> out.println(Output.pretty(report.json()));
            case MARKDOWN -> MarkdownReport.lines(report.value()).forEach(out::println);
            case HTML -> out.println(HtmlReport.page(report.value(), report.json()));
        }
        return ExitCode.DONE.number();
    }
}
