package dev.infill.cli.command;

import dev.infill.bench.Bench;
import dev.infill.bench.Plan;
import dev.infill.bench.Profile;
import dev.infill.bench.candidate.Candidate;
import dev.infill.bench.candidate.Candidates;
import dev.infill.bench.candidate.InfillRun;
import dev.infill.bench.report.Label;
import dev.infill.bench.report.Machine;
import dev.infill.bench.report.ReportFiles;
import dev.infill.bench.report.Results;
import dev.infill.bench.server.BenchServer;
import dev.infill.bench.table.TableShape;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.StopRequest;
import dev.infill.cli.outcome.UserError;
import dev.infill.cli.screen.Display;
import dev.infill.servers.process.FolderLock;
import dev.infill.servers.process.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code infill bench}. */
@Command(
        name = "bench",
        description =
                "Measure Infill against what one would do by hand, on a PostgreSQL of its own: each candidate on a fresh copy of"
                        + " the same table, in random order.")
final class BenchCommand implements Callable<Integer> {
    // Not by its class: the program knows its commands, not the other way round.
    private static final String PROGRAM = "dev.infill.cli.Infill";
    private static final Path PAGE = Path.of("docs", "performance.md");

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final Output output = new Output();

    @ArgGroup
    private final Chosen chosen = new Chosen();

    /** At most one of them. */
    private static final class Chosen {
        @Option(names = "--quick", description = "A smoke of half a minute: few rows, one round, no page.")
        private boolean quick;

        @Option(names = "--matrix", description = "Every combination of key, indexes, width, fill factor and traffic.")
        private boolean matrix;

        @Option(
                names = "--scale",
                description = "One table of 1, 5 and 20 million rows (with --rows: a 20th, a quarter, all).")
        private boolean scale;

        @Option(
                names = "--shapes",
                split = ",",
                paramLabel = "SHAPE",
                description = "Tables to fill, like bigint-3, uuid-0-wide-ff80-traffic or bigint-3-20M.")
        private List<String> shapes = List.of();
    }

    @Option(
            names = "--candidates",
            split = ",",
            paramLabel = "NAME",
            description =
                    "one-update, keyset-loop, range-loop, touch-loop, infill-N with N workers; infill-N-again on a filled table,"
                            + " infill-N-repair, infill-N-plan.")
    private List<String> candidates = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "How often each fills each table (default: 3).")
    private int rounds;

    @Option(names = "--rows", paramLabel = "N", description = "Rows of a table, like 500k or 20M (default: 500k).")
    private String rows = "";

    @Option(names = "--pace", paramLabel = "YAML", description = "What the specification says of the pace.")
    private @Nullable String pace;

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description =
                    "The page whose section is renewed (default: docs/performance.md where it is, but not for --quick"
                            + " and --shapes).")
    private @Nullable Path page;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where servers and results live, under bench (default: .infill).")
    private Path data = Path.of(".infill");

    BenchCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Path folder = data.resolve("bench").toAbsolutePath().normalize();
        Plan plan = plan(folder);
        LogFile.into(folder.resolve("bench.log"));
        StopRequest stop = surroundings.stop().get();
        FolderLock lock = FolderLock.take(folder);
        try (lock) {
            Results results = measure(plan, folder, stop);
            if (output.json()) {
                surroundings.console().out().print(ReportFiles.json(results));
            }
        } catch (SQLException | IOException e) {
            throw UserError.failed(
                    "the benchmark can't go on: " + e.getMessage() + "; the log is " + folder.resolve("bench.log"));
        }
        return (stop.isRequested() ? ExitCode.INTERRUPTED : ExitCode.DONE).number();
    }

    private Profile profile() {
        if (chosen.quick) {
            return Profile.QUICK;
        }
        if (chosen.matrix) {
            return Profile.MATRIX;
        }
        return chosen.scale ? Profile.SCALE : Profile.HEADLINE;
    }

    private Plan plan(Path folder) {
        Profile profile = profile();
        try {
            long size = rows.isEmpty() ? profile.rows() : TableShape.rows(rows);
            List<TableShape> shapes = chosen.shapes.isEmpty()
                    ? profile.shapes(size)
                    : chosen.shapes.stream()
                            .map(name -> TableShape.parse(name, size))
                            .toList();
            var program = new InfillRun.Program(program(), folder.resolve("infill"), pace);
            List<Candidate> all = (candidates.isEmpty() ? profile.candidates() : candidates)
                    .stream().map(name -> Candidates.named(name, program)).toList();
            String name = chosen.shapes.isEmpty() ? profile.word() : "chosen";
            return new Plan(name, shapes, all, rounds == 0 ? profile.rounds() : rounds);
        } catch (IllegalArgumentException e) {
            throw UserError.usage(String.valueOf(e.getMessage()));
        }
    }

    /** As this process was started, so that what is measured is what people run. */
    private static List<String> program() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-X"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PROGRAM));
        return command;
    }

    private Results measure(Plan plan, Path folder, StopRequest stop) throws SQLException, IOException {
        Display display = surroundings.console().display(output.json());
        Path servers = folder.resolve("postgres");
        Folders.delete(servers);
        Folders.delete(folder.resolve("infill"));
        display.say("PostgreSQL 18 starts under " + servers + ".");
        Path binaries = data.resolve("postgres-binaries").toAbsolutePath().normalize();
        try (BenchServer server =
                BenchServer.start(servers, binaries, plan.profile().equals("quick") ? "128MB" : "1GB")) {
            var results = new Results(
                    plan.profile(),
                    commandLine(),
                    Instant.now(),
                    plan.rounds(),
                    Machine.here(server.version(), server.parameters()),
                    new ArrayList<>());
            var files = new ReportFiles(plan.candidates().stream()
                    .map(candidate -> new Label(candidate.name(), candidate.title()))
                    .toList());
            Path out = folder.resolve("results");
            new Bench(server, new Random(), stop::isRequested, display::say)
                    .run(plan, results, soFar -> write(files, out, soFar));
            display.say("Results: " + out + page(plan, stop, files, results));
            return results;
        } finally {
            Folders.delete(servers);
            Folders.delete(folder.resolve("infill"));
        }
    }

    private static void write(ReportFiles files, Path out, Results results) {
        try {
            files.into(out, results);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Only a run that went to its end may stand in the page. */
    private String page(Plan plan, StopRequest stop, ReportFiles files, Results results) throws IOException {
        boolean named = plan.profile().equals("headline")
                || plan.profile().equals("matrix")
                || plan.profile().equals("scale");
        Path target = page != null ? page : named && Files.exists(PAGE) ? PAGE : null;
        if (target == null || stop.isRequested()) {
            return "";
        }
        files.intoPage(target, results);
        return " and " + target;
    }

    private String commandLine() {
        List<String> words = new ArrayList<>(List.of("./infill"));
        if (spec != null) {
            words.addAll(spec.commandLine().getParseResult().originalArgs());
        }
        return String.join(" ", words);
    }
}
