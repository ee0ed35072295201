package dev.infill.cli.demo;

import dev.infill.cli.client.CoordinatorClient;
import dev.infill.cli.demo.DemoReport.Application;
import dev.infill.cli.demo.Latencies.Phase;
import dev.infill.cli.embedded.EverythingHere;
import dev.infill.cli.follow.Follower;
import dev.infill.cli.follow.Submission;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.StopRequest;
import dev.infill.cli.outcome.UserError;
import dev.infill.cli.screen.Console.Looks;
import dev.infill.cli.screen.Display;
import dev.infill.cli.screen.Words;
import dev.infill.protocol.Stage;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.specification.SpecificationReader;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One whole migration of a shop that is open for business all the time. */
public final class Demo {
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration BASELINE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Settings settings;
    private final StopRequest stop;
    private final Display display;
    private final Looks looks;

    /** @param display where everything but the report goes */
    public Demo(Settings settings, StopRequest stop, Display display, Looks looks) {
        this.settings = settings;
        this.stop = stop;
        this.display = display;
        this.looks = looks;
    }

    /**
     * How big it is, and what it does.
     *
     * @param compare also shows what one {@code UPDATE} of the same table costs
     * @param keep lets the traffic go on after the report
     */
    public record Settings(
            long rows, int writesPerSecond, int workers, boolean compare, boolean keep, String specification) {
        String migration() {
            return SpecificationReader.read(specification).migration();
        }
    }

    /** What there is at the end. */
    public record Ended(DemoReport report, URI coordinator) {}

    /** Runs it; the report is there when the migration is over. */
    public ExitCode run(DemoServers servers, Consumer<Ended> conclude) {
        createShop(servers.shop());
        if (settings.compare()) {
            servers.copyShop();
        }
        try (EverythingHere here = servers.parts(settings.workers())) {
            return run(servers, here.client(), conclude);
        }
    }

    private ExitCode run(DemoServers servers, CoordinatorClient client, Consumer<Ended> conclude) {
        Shop shop = servers.shop();
        try (Traffic traffic = new Traffic(shop, settings.rows(), settings.writesPerSecond(), System::nanoTime)) {
            measureBefore(traffic);
            ExitCode ended = migrate(client, traffic);
            traffic.enter(Phase.UNMEASURED);
            if (stop.isRequested()) {
                return ended;
            }
            Optional<MigrationReport> migration = over(client);
            if (migration.isEmpty()) {
                return ended;
            }
            DemoReport judged = judge(servers, traffic, migration.get());
            if (settings.keep()) {
                traffic.start();
            }
            conclude.accept(new Ended(judged, client.url()));
            return judged.right() ? ended : ended == ExitCode.DONE ? ExitCode.FAILED : ended;
        }
    }

    private void createShop(Shop shop) {
        try {
            shop.create(
                    settings.rows(),
                    stop,
                    created -> display.say(
                            "Created " + Words.count(created) + " of " + Words.count(settings.rows(), "order")));
        } catch (SQLException e) {
            throw UserError.failed("the demo can't create its shop: " + e.getMessage());
        }
    }

    private void measureBefore(Traffic traffic) {
        display.say("The shop opens: " + Words.count(settings.writesPerSecond(), "write")
                + " a second. First the application's latency without a migration, for " + BASELINE.toSeconds()
                + " s.");
        traffic.start();
        stop.await(WARM_UP);
        traffic.enter(Phase.BEFORE);
        stop.await(BASELINE);
        stop.orGoOn();
    }

    private ExitCode migrate(CoordinatorClient client, Traffic traffic) {
        display.say("The migration " + settings.migration() + " begins.");
        traffic.enter(Phase.DURING);
        new Submission(client, stop).begin(settings.migration(), settings.specification());
        return new Follower(client, stop, PAUSE)
                .follow(settings.migration(), Stage.COMPLETE, new DemoWatcher(display, looks, traffic));
    }

    private Optional<MigrationReport> over(CoordinatorClient client) {
        return client.status(settings.migration()).value().outcome() == null
                ? Optional.empty()
                : Optional.of(client.report(settings.migration()).value());
    }

    private DemoReport judge(DemoServers servers, Traffic traffic, MigrationReport migration) {
        traffic.stop();
        try {
            var judgement = new Judge(servers.shop()).judge(traffic.committed());
            var application = new Application(
                    settings.writesPerSecond(),
                    traffic.failed(),
                    traffic.latencies().before(),
                    traffic.latencies().during(),
                    traffic.latencies().filling());
            return DemoReport.of(migration, judgement, application, comparison(servers, migration));
        } catch (SQLException e) {
            throw UserError.failed("the demo can't count wrong rows: " + e.getMessage());
        }
    }

    private @Nullable Comparison comparison(DemoServers servers, MigrationReport migration) throws SQLException {
        if (!settings.compare()) {
            return null;
        }
        display.say("One UPDATE of the table as it was before, for comparison.");
        return Comparison.of(migration, servers.shopBefore(), SpecificationReader.read(settings.specification()));
    }
}
