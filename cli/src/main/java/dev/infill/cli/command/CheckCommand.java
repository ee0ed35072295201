package dev.infill.cli.command;

import dev.infill.cli.config.ConfigFile;
import dev.infill.cli.embedded.Reach;
import dev.infill.cli.exchange.JUnitReport;
import dev.infill.cli.exchange.SarifLog;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.UserError;
import dev.infill.cli.screen.CheckView;
import dev.infill.coordinator.CheckMain;
import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.CheckReport;
import dev.infill.specification.Specification;
import dev.infill.specification.SpecificationException;
import dev.infill.specification.SpecificationReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code infill check}: the first stage by itself. */
@Command(
        name = "check",
        description =
                "Check a specification against its database. Nothing is touched; neither Kafka nor a coordinator is"
                        + " needed.")
final class CheckCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final DatabaseOptions databaseOptions = new DatabaseOptions();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Take the databases from this configuration, infill.yaml, in place of --database.")
    private @Nullable Path config;

    @Parameters(paramLabel = "SPEC", description = "The specification, a YAML file.")
    private Path file = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json|sarif|junit",
            description =
                    "How to print what was found (default: text). sarif is SARIF 2.1.0, for code scanning; junit is"
                            + " JUnit XML, for builds.")
    private Format format = Format.TEXT;

    @Option(
            names = "--grants",
            description = "Print nothing but the grants that the roles of coordinator, worker and bridge need, as SQL.")
    private boolean grants;

    CheckCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private enum Format {
        TEXT,
        JSON,
        SARIF,
        JUNIT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() {
        SpecificationFile given = SpecificationFile.read(file);
        Specification specification = read(given);
        List<Database> databases = databases(specification.database());
        Database database = databases.stream()
                .filter(each -> each.name().equals(specification.database()))
                .findFirst()
                .orElseThrow(() -> UserError.usage("the specification uses the database '" + specification.database()
                        + "', which the configuration does not have"));
        Reach.demand(database);
        CheckReport report = check(specification, database, databases);
        if (grants) {
            return printGrants(report).number();
        }
        print(report, given.text());
        return (report.isBlocked() ? ExitCode.REFUSED : ExitCode.DONE).number();
    }

    private static Specification read(SpecificationFile given) {
        try {
            return SpecificationReader.read(given.text());
        } catch (SpecificationException e) {
            throw Problems.told(e, given);
        }
    }

    private List<Database> databases(String used) {
        if (config == null) {
            return databaseOptions.databases(used, surroundings.environment());
        }
        if (databaseOptions.isGiven()) {
            throw UserError.usage("--config and --database exclude each other; give one of them");
        }
        return new ConfigFile(surroundings.environment()).databases(config);
    }

    private static CheckReport check(Specification specification, Database database, List<Database> databases) {
        try {
            return CheckMain.check(specification, database, databases);
        } catch (SQLException e) {
            throw UserError.failed("database '" + database.name() + "' stopped answering in the middle of the check ("
                    + Failure.of(e).words() + "); nothing was touched, check again");
        }
    }

    private void print(CheckReport report, String text) {
        PrintStream out = surroundings.console().out();
        switch (format) {
            case TEXT ->
                new CheckView(surroundings.console().outTerminal())
                        .lines(report)
                        .forEach(out::println);
            case JSON -> out.println(Output.pretty(Json.write(report)));
            case SARIF -> out.println(new SarifLog(report, file.toString(), text).json());
            case JUNIT -> out.println(JUnitReport.xml(report));
        }
    }

    private ExitCode printGrants(CheckReport report) {
        if (report.grants().isEmpty()) {
            surroundings.say(
                    "infill: the grants can't be told before table, key and type are clear; check without --grants"
                            + " says what is in the way");
            return ExitCode.REFUSED;
        }
        CheckView.grants(report).forEach(surroundings.console().out()::println);
        return ExitCode.DONE;
    }
}
