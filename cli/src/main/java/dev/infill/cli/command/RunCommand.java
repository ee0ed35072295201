package dev.infill.cli.command;

import dev.infill.cli.client.Answer;
import dev.infill.cli.client.CoordinatorClient;
import dev.infill.cli.client.Refused;
import dev.infill.cli.config.ConfigFile;
import dev.infill.cli.config.HostConfig.WorkerSettings;
import dev.infill.cli.embedded.EverythingHere;
import dev.infill.cli.embedded.Reach;
import dev.infill.cli.follow.Follower;
import dev.infill.cli.follow.Submission;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.StopRequest;
import dev.infill.cli.outcome.UserError;
import dev.infill.cli.screen.Display;
import dev.infill.cli.screen.ReportView;
import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import dev.infill.protocol.Stage;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.specification.Specification;
import dev.infill.specification.SpecificationException;
import dev.infill.specification.SpecificationReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code infill run}: a migration from beginning to end with every part in this process. */
@Command(
        name = "run",
        description =
                "Run a migration with all parts in this process. Started again after any end, it goes on where it stood.")
final class RunCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Surroundings surroundings;

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final DatabaseOptions databaseOptions = new DatabaseOptions();

    @ArgGroup(validate = false, heading = "Kafka:%n")
    private final KafkaOptions kafkaOptions = new KafkaOptions();

    @Parameters(paramLabel = "SPEC", description = "The specification, a YAML file.")
    private Path file = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the embedded broker and the log live (default: .infill).")
    private Path data = Path.of(".infill");

    @Option(names = "--until", paramLabel = "STAGE", description = "End once this stage is done (default: complete).")
    private Stage until = Stage.COMPLETE;

    @Option(names = "--workers", paramLabel = "N", description = "How many workers to run (default: 1).")
    private int workers = 1;

    @Option(
            names = "--transforms",
            paramLabel = "PATH",
            description = "Jars and folders with the code of fill.transform, parted like a class path.")
    private String transforms = "";

    RunCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (workers < 1 || workers > 64) {
            throw UserError.usage("--workers is a number from 1 to 64, got " + workers);
        }
        // Before the specification: its validator logs, and the first who does decides where all logs go.
        LogFile.into(data.resolve("infill.log"));
        SpecificationFile given = SpecificationFile.read(file);
        Specification specification = read(given);
        List<Database> databases = databaseOptions.databases(specification.database(), surroundings.environment());
        databases.forEach(Reach::demand);
        StopRequest stop = surroundings.stop().get();
        try (KafkaHere kafka = kafkaOptions.open(data.resolve("kafka"))) {
            return run(specification.migration(), given, settings(databases, kafka.settings()), stop)
                    .number();
        }
    }

    private static Specification read(SpecificationFile given) {
        try {
            return SpecificationReader.read(given.text());
        } catch (SpecificationException e) {
            throw Problems.told(e, given);
        }
    }

    private EverythingHere.Settings settings(List<Database> databases, KafkaSettings kafka) {
        return new EverythingHere.Settings(
                databases,
                kafka,
                workers,
                WorkerSettings.besideTheServer(ConfigFile.files(transforms)),
                data.resolve("coordinator"));
    }

    private ExitCode run(
            String migration, SpecificationFile given, EverythingHere.Settings settings, StopRequest stop) {
        try (EverythingHere here = EverythingHere.start(settings)) {
            ExitCode ended = follow(here.client(), migration, given, stop);
            conclude(here.client(), migration, ended);
            return ended;
        }
    }

    private ExitCode follow(CoordinatorClient client, String migration, SpecificationFile given, StopRequest stop) {
        Display display = surroundings.console().display(output.json());
        display.say("Infill runs here until " + until.word() + " is done. From another terminal: infill status "
                + migration + " --coordinator " + client.url() + "; the log is " + data.resolve("infill.log"));
        try {
            new Submission(client, stop).begin(migration, given.text());
            var shown = new ShownStatus(display, surroundings.console().displayLooks(output.json()));
            return new Follower(client, stop, PAUSE).follow(migration, until, shown);
        } catch (Refused e) {
            if (stop.isRequested()) {
                return stop.await();
            }
            throw Problems.told(e.problem(), given);
        } finally {
            display.settle();
        }
    }

    /** The report when there is one; else the status as it is now. */
    private void conclude(CoordinatorClient client, String migration, ExitCode ended) {
        Answer<MigrationStatus> status = client.status(migration);
        if (status.value().outcome() != null) {
            Answer<MigrationReport> report = client.report(migration);
            ReportView view = new ReportView(surroundings.console().outTerminal());
            output.print(surroundings, report.json(), view.lines(report.value()));
        } else if (output.json()) {
            output.print(surroundings, status);
        }
        switch (ended) {
            case STILL_RUNNING, INTERRUPTED ->
                surroundings.say("Stopped before the end. Nothing is lost: the same command goes on where it stood.");
            case DIFFERENCES ->
                surroundings.say(
                        "Verification found rows that differed; they were made right and verified again. Find out who wrote them.");
            case DONE, FAILED, USAGE, REFUSED -> {}
        }
    }
}
