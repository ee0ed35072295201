package dev.infill.cli.command;

import dev.infill.cli.embedded.Reach;
import dev.infill.cli.export.Script;
import dev.infill.cli.export.Step;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.UserError;
import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.specification.Specification;
import dev.infill.specification.SpecificationException;
import dev.infill.specification.SpecificationReader;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code infill export}. */
@Command(
        name = "export",
        description = {
            "Write a specification's schema change as a script of another tool, for databases that Infill never sees and for"
                    + " the history of those that it does: there the script finds nothing to do.",
            "No row is filled by it."
        })
final class ExportCommand implements Callable<Integer> {
    private static final DateTimeFormatter VERSION =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Surroundings surroundings;

    @Mixin
    private final DatabaseOptions databaseOptions = new DatabaseOptions();

    @Parameters(paramLabel = "SPEC", description = "The specification, a YAML file.")
    private Path file = Path.of("");

    @Option(
            names = "--as",
            required = true,
            paramLabel = "flyway|liquibase|sql",
            description =
                    "For Flyway in one transaction, for Liquibase as changesets with preconditions, or for a client that"
                            + " commits each statement.")
    private Script script = Script.SQL;

    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "Write to this new file; in a folder the file gets the name that the tool wants.")
    private @Nullable Path target;

    @Option(
            names = "--as-version",
            paramLabel = "VERSION",
            description = "Flyway's version of the migration (default: the time, like 20260301120000).")
    private String version = VERSION.format(Instant.now());

    ExportCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (!version.matches("[0-9]+([._][0-9]+)*")) {
            throw UserError.usage(
                    "'" + version + "' is no version as Flyway has them; those are digits with dots between");
        }
        SpecificationFile given = SpecificationFile.read(file);
        Specification specification = read(given);
        String text = script.text(specification);
        if (text.contains("${")) {
            surroundings.say(
                    "infill: the specification has '${', which Flyway and Liquibase take for a placeholder; turn"
                            + " that off for this script");
        }
        if (databaseOptions.isGiven()) {
            tellWhatIsLeft(specification);
        }
        write(specification, text);
        return ExitCode.DONE.number();
    }

    private static Specification read(SpecificationFile given) {
        try {
            return SpecificationReader.read(given.text());
        } catch (SpecificationException e) {
            throw Problems.told(e, given);
        }
    }

    private void tellWhatIsLeft(Specification specification) {
        Database database = databaseOptions.databases(specification.database(), surroundings.environment()).stream()
                .filter(each -> each.name().equals(specification.database()))
                .findFirst()
                .orElseThrow();
        Reach.demand(database);
        List<String> left = new ArrayList<>();
        try (Connection connection = Sessions.open(database, Manners.of("infill export"));
                Statement statement = connection.createStatement()) {
            for (Step step : script.steps(specification)) {
                try (ResultSet answer = statement.executeQuery("SELECT " + step.when())) {
                    answer.next();
                    if (answer.getBoolean(1)) {
                        left.add(step.what());
                    }
                }
            }
        } catch (SQLException e) {
            throw UserError.failed("database '" + database.name() + "' can't be looked at ("
                    + Failure.of(e).words() + ")");
        }
        surroundings.say(
                left.isEmpty()
                        ? "in database '" + database.name() + "' the script finds nothing to do"
                        : "in database '" + database.name() + "' the script would do: " + String.join("; ", left));
    }

    private void write(Specification specification, String text) {
        if (target == null) {
            surroundings.console().out().print(text);
            surroundings.console().out().flush();
            return;
        }
        Path path = Files.isDirectory(target) ? target.resolve(script.fileName(specification, version)) : target;
        try {
            Files.writeString(path, text, StandardOpenOption.CREATE_NEW);
            surroundings.say("wrote " + path);
        } catch (FileAlreadyExistsException e) {
            throw UserError.usage(path + " is there already; what a tool may have run is not written over");
        } catch (IOException e) {
            throw UserError.failed("can't write " + path + ": " + e.getMessage());
        }
    }
}
