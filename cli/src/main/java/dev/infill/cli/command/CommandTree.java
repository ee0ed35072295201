package dev.infill.cli.command;

import dev.infill.cli.client.Action;
import dev.infill.cli.client.Refused;
import dev.infill.cli.client.Unreachable;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.UserError;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.json.Json;
import dev.infill.servers.process.ServerException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** All commands, and what happens when one of them fails. */
public final class CommandTree {
    private final Surroundings surroundings;

    /** @param surroundings of every command */
    public CommandTree(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "infill",
            description = "Adds a column to a huge live PostgreSQL table, fills it, keeps it right and proves it.",
            synopsisSubcommandLabel = "COMMAND",
            mixinStandardHelpOptions = true,
            version = "infill 0.1.0")
    private static final class Root {}

    /** Runs a command line and says how the process is to end. */
    public ExitStatus run(String... arguments) {
        CommandLine tree = new CommandLine(new Root());
        tree.addSubcommand(new DemoCommand(surroundings));
        tree.addSubcommand(new CheckCommand(surroundings));
        tree.addSubcommand(new RunCommand(surroundings));
        for (PartCommand.Kind kind : PartCommand.Kind.values()) {
            add(tree, kind.word(), kind.description(), new PartCommand(surroundings, kind));
        }
        tree.addSubcommand(new SubmitCommand(surroundings));
        tree.addSubcommand(new ListCommand(surroundings));
        tree.addSubcommand(new StatusCommand(surroundings));
        for (Action action : Action.values()) {
            add(tree, action.word(), ActionCommand.describe(action), new ActionCommand(surroundings, action));
        }
        tree.addSubcommand(new PaceCommand(surroundings));
        tree.addSubcommand(new ApproveCommand(surroundings));
        tree.addSubcommand(new ReadyCommand(surroundings));
        tree.addSubcommand(new OwnCommand(surroundings));
        tree.addSubcommand(new ReportCommand(surroundings));
        tree.addSubcommand(new VerifyCommand(surroundings));
        tree.addSubcommand(new ExportCommand(surroundings));
        tree.addSubcommand(new BenchCommand(surroundings));
        allCommands(tree);
        return new ExitStatus(tree.execute(arguments));
    }

    /** What the operating system is told. */
    public record ExitStatus(int number) {}

    private static void add(CommandLine tree, String name, String description, Object command) {
        CommandLine sub = new CommandLine(command);
        sub.getCommandSpec().usageMessage().description(description);
        tree.addSubcommand(name, sub);
    }

    private void allCommands(CommandLine tree) {
        tree.setOut(new PrintWriter(surroundings.console().out(), true, StandardCharsets.UTF_8));
        tree.setErr(new PrintWriter(surroundings.console().err(), true, StandardCharsets.UTF_8));
        tree.setCaseInsensitiveEnumValuesAllowed(true);
        tree.registerConverter(Stage.class, word -> known(word, Stage::of, Stage.values(), Stage::word));
        tree.registerConverter(Gate.class, word -> known(word, Gate::of, Gate.values(), Gate::word));
        tree.registerConverter(
                Ownership.class, word -> known(word, Ownership::of, Ownership.values(), Ownership::word));
        tree.setParameterExceptionHandler(this::misused);
        tree.setExecutionExceptionHandler(this::failed);
        tree.setExecutionStrategy(this::execute);
        tree.getSubcommands().values().forEach(sub -> {
            CommandSpec spec = sub.getCommandSpec();
            spec.mixinStandardHelpOptions(true);
            spec.usageMessage().exitCodeListHeading("%nExit codes:%n");
            spec.usageMessage().exitCodeList(exitCodes());
        });
        tree.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
        tree.getCommandSpec().usageMessage().exitCodeList(exitCodes());
    }

    private static <T> T known(String word, Function<String, T> reader, T[] all, Function<T, String> writer) {
        try {
            return reader.apply(word);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                    "'" + word + "' is none of " + Stream.of(all).map(writer).collect(Collectors.joining(", ")));
        }
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        ExitCode.help()
                .forEach(
                        line -> codes.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
        return codes;
    }

    private int execute(ParseResult parsed) {
        if (!parsed.hasSubcommand() && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
            parsed.commandSpec().commandLine().usage(surroundings.console().err());
            return ExitCode.USAGE.number();
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private int misused(ParameterException e, String[] arguments) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        List<String> near =
                e instanceof CommandLine.UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        String message = String.valueOf(e.getMessage());
        String suggestion = near.isEmpty() ? "" : "; did you mean '" + near.get(0) + "'?";
        UserError error = UserError.usage(
                lowered(message) + suggestion + (suggestion.isEmpty() ? "; " : " ") + "see " + command + " --help");
        return tell(error, wantsJson(arguments));
    }

    private int failed(Exception e, CommandLine command, ParseResult parsed) {
        return tell(error(e), wantsJson(parsed.originalArgs().toArray(new String[0])));
    }

    private static UserError error(Exception e) {
        if (e instanceof UserError error) {
            return error;
        }
        if (e instanceof Refused refused) {
            return Problems.told(refused.problem(), null);
        }
        if (e instanceof Unreachable) {
            return UserError.failed(
                    e.getMessage()
                            + "; start one with 'infill coordinator --config infill.yaml', or name yours with --coordinator or INFILL_COORDINATOR");
        }
        if (e instanceof ServerException) {
            return UserError.failed(String.valueOf(e.getMessage()));
        }
        LoggerFactory.getLogger(CommandTree.class).error("A defect of Infill.", e);
        return UserError.failed("unexpected: " + e + "; this is a defect of Infill, please report it with the log");
    }

    private int tell(UserError error, boolean json) {
        if (json) {
            surroundings.console().out().println(Output.pretty(Json.write(error.problem())));
        }
        surroundings.say("infill: " + error.words());
        return error.exitCode().number();
    }

    /** Looked up in the raw arguments, because those that don't parse need an answer too. */
    private static boolean wantsJson(String... arguments) {
        String all = " " + String.join(" ", Arrays.asList(arguments)).toLowerCase(Locale.ROOT) + " ";
        return all.matches(".* (-o|--output)[ =]?json .*");
    }

    private static String lowered(String message) {
        return message.isEmpty() ? message : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }
}
