package dev.infill.cli.command;

import dev.infill.cli.config.ConfigFile;
import dev.infill.cli.document.EmbeddedReport;
import dev.infill.cli.embedded.Reach;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.UserError;
import dev.infill.cli.screen.VerifyView;
import dev.infill.cli.screen.Words;
import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.Promise;
import dev.infill.protocol.status.VerifyReport;
import dev.infill.worker.VerifyMain;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code infill verify}: a report against its table. */
@Command(
        name = "verify",
        description = {
            "Compare a report with its table: column, indexes, constraints, every row with the expression, every range with"
                    + " its digest.",
            "It reads only, in transactions of about a tenth of a second, and needs neither Kafka nor a coordinator. The"
                    + " expression of the report is computed with your rights: verify reports that you trust."
        })
final class VerifyCommand implements Callable<Integer> {
    private static final long TELL_EVERY = Duration.ofSeconds(10).toNanos();

    private final Surroundings surroundings;

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final DatabaseOptions databaseOptions = new DatabaseOptions();

    @Parameters(
            paramLabel = "REPORT",
            description = "The report, a file that 'infill report --output json' or '--output html' wrote.")
    private Path file = Path.of("");

    VerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        MigrationReport report = EmbeddedReport.read(ConfigFile.text(file))
                .orElseThrow(() -> UserError.usage(
                        file + " is no report of Infill; 'infill report MIGRATION --output json' writes one"));
        Promise promise = promise(report);
        String name = promise.definition().database();
        Database database = databaseOptions.databases(name, surroundings.environment()).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        Reach.demand(database);
        VerifyReport verified = verify(report, database);
        output.print(
                surroundings,
                Json.write(verified),
                new VerifyView(surroundings.console().outTerminal()).lines(verified));
        return (verified.isKept() ? ExitCode.DONE : ExitCode.DIFFERENCES).number();
    }

    private Promise promise(MigrationReport report) {
        Promise promise = report.promise();
        if (promise == null || report.proof() == null) {
            throw UserError.usage(
                    file + " was written by an older version of Infill: it does not say what was promised");
        }
        if (!report.outcome().equals("complete")) {
            throw UserError.usage("migration '" + report.migration() + "' was " + report.outcome()
                    + ": its report promises nothing that could be verified");
        }
        return promise;
    }

    private VerifyReport verify(MigrationReport report, Database database) {
        try {
            return VerifyMain.verify(report, database, telling());
        } catch (SQLException e) {
            throw UserError.failed("database '" + database.name() + "' could not be read to the end ("
                    + Failure.of(e).words() + "); nothing was touched, verify again");
        } catch (IllegalArgumentException e) {
            throw UserError.usage(file + ": " + e.getMessage());
        }
    }

    /** A sign of life, for a large table takes long. */
    private LongConsumer telling() {
        long[] told = {System.nanoTime()};
        return rows -> {
            if (System.nanoTime() - told[0] > TELL_EVERY) {
                told[0] = System.nanoTime();
                surroundings.say(Words.count(rows, "row") + " compared so far");
            }
        };
    }
}
