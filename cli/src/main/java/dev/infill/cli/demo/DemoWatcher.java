package dev.infill.cli.demo;

import dev.infill.cli.demo.Latencies.Latency;
import dev.infill.cli.demo.Latencies.Phase;
import dev.infill.cli.follow.Follower;
import dev.infill.cli.screen.Console.Looks;
import dev.infill.cli.screen.Display;
import dev.infill.cli.screen.StatusView;
import dev.infill.cli.screen.Words;
import dev.infill.protocol.Stage;
import dev.infill.protocol.status.MigrationStatus;
import java.util.ArrayList;
import java.util.List;

/** Shows the migration and the application beside it, and deploys the application's new release when it is time. */
final class DemoWatcher implements Follower.Watcher {
    private final Display display;
    private final StatusView view;
    private final Traffic traffic;
    private boolean deployed;

    DemoWatcher(Display display, Looks looks, Traffic traffic) {
        this.display = display;
        this.view = new StatusView(looks);
        this.traffic = traffic;
    }

    @Override
    public void see(MigrationStatus status) {
        if (!deployed && status.stage().compareTo(Stage.SYNC) >= 0) {
            deployed = true;
            traffic.deployNewRelease();
            display.say("The shop deploys its new release, which writes " + status.column() + " itself.");
        }
        boolean fills = status.stage() == Stage.FILL || status.stage() == Stage.VERIFY;
        traffic.enter(fills ? Phase.FILLING : Phase.DURING);
        String application = application();
        List<String> block = new ArrayList<>(view.block(status));
        block.add(StatusView.labelled("the shop", application));
        display.show(new Display.Frame(block, view.line(status) + " | the shop " + application));
    }

    @Override
    public void miss(String why) {
        display.say(why + "; trying again");
    }

    private String application() {
        Latency before = traffic.latencies().before();
        Latency during = traffic.latencies().during();
        return "p50 " + Words.millis(during.p50Millis()) + " p99 " + Words.millis(during.p99Millis())
                + ", before it was "
                + Words.millis(before.p50Millis()) + " and " + Words.millis(before.p99Millis())
                + (traffic.failed() == 0 ? "" : ", " + Words.count(traffic.failed(), "write") + " failed");
    }
}
