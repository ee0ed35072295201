package dev.infill.cli.command;

import dev.infill.cli.client.Refused;
import dev.infill.cli.demo.Demo;
import dev.infill.cli.demo.DemoReportView;
import dev.infill.cli.demo.DemoServers;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.StopRequest;
import dev.infill.cli.outcome.UserError;
import dev.infill.cli.screen.Display;
import dev.infill.protocol.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code infill demo}. */
@Command(
        name = "demo",
        description = "See it at work: a real PostgreSQL and a real broker, a shop with traffic, and one migration from"
                + " beginning to end.")
final class DemoCommand implements Callable<Integer> {
    private static final int FEWEST_ROWS = 1000;
    private static final int MOST_WRITES = 10_000;
    private static final int MOST_WORKERS = 64;
    private static final String SPECIFICATION = "/dev/infill/cli/examples/orders-total-cents.yaml";

    private final Surroundings surroundings;

    @Mixin
    private final Output output = new Output();

    @Option(names = "--rows", paramLabel = "N", description = "Orders that the shop begins with (default: 500000).")
    private long rows = 500_000;

    @Option(names = "--writes", paramLabel = "N", description = "Writes of the application a second (default: 300).")
    private int writes = 300;

    @Option(names = "--workers", paramLabel = "N", description = "How many workers to run (default: 2).")
    private int workers = 2;

    @Option(
            names = "--compare",
            description = "At the end also run one UPDATE over a copy of the table as it was, and show both.")
    private boolean compare;

    @Option(names = "--keep", description = "Leave everything running at the end, and say how to connect.")
    private boolean keep;

    @Option(names = "--data", paramLabel = "DIR", description = "Where the servers live (default: .infill).")
    private Path data = Path.of(".infill");

    DemoCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        between("--rows", rows, FEWEST_ROWS, Long.MAX_VALUE);
        between("--writes", writes, 1, MOST_WRITES);
        between("--workers", workers, 1, MOST_WORKERS);
        LogFile.into(data.resolve("demo").resolve("infill.log"));
        StopRequest stop = surroundings.stop().get();
        ExitCode ended;
        try {
            ended = run(stop);
        } catch (Refused e) {
            throw Problems.told(
                    e.problem(), new SpecificationFile("examples/orders-total-cents.yaml", specification()));
        }
        return (stop.isRequested() ? ExitCode.INTERRUPTED : ended).number();
    }

    private static void between(String option, long given, long least, long most) {
        if (given < least || given > most) {
            throw UserError.usage(option + " is a number from " + least + (most == Long.MAX_VALUE ? "" : " to " + most)
                    + ", got " + given);
        }
    }

    private ExitCode run(StopRequest stop) {
        Display display = surroundings.console().display(output.json());
        display.say("PostgreSQL 18 and a Kafka broker start, all under " + data.resolve("demo") + ".");
        DemoServers servers = DemoServers.start(data);
        try {
            stop.orGoOn();
            var demo =
                    new Demo(settings(), stop, display, surroundings.console().displayLooks(output.json()));
            return demo.run(servers, ended -> conclude(display, servers, ended, stop));
        } finally {
            if (keep) {
                servers.close();
            } else {
                servers.closeAndRemove();
            }
        }
    }

    private Demo.Settings settings() {
        return new Demo.Settings(rows, writes, workers, compare, keep, specification());
    }

    private static String specification() {
        try (InputStream resource = DemoCommand.class.getResourceAsStream(SPECIFICATION)) {
            if (resource == null) {
                throw new IllegalStateException("there is no " + SPECIFICATION + " on the class path");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + SPECIFICATION, e);
        }
    }

    private void conclude(Display display, DemoServers servers, Demo.Ended ended, StopRequest stop) {
        display.settle();
        if (output.json()) {
            surroundings.console().out().println(Output.pretty(Json.write(ended.report())));
        } else {
            new DemoReportView(surroundings.console().outTerminal())
                    .lines(ended.report())
                    .forEach(surroundings.console().out()::println);
        }
        if (keep) {
            display.say("");
            display.say("Everything goes on running, the shop too, until Ctrl-C.");
            display.say("  psql " + servers.databaseUrl());
            display.say("  kafka-topics.sh --bootstrap-server " + servers.bootstrapServers() + " --list");
            display.say("  infill list --coordinator " + ended.coordinator());
            stop.await();
        }
    }
}
