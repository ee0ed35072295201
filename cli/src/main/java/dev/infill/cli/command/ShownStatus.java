package dev.infill.cli.command;

import dev.infill.cli.follow.Follower;
import dev.infill.cli.screen.Console.Looks;
import dev.infill.cli.screen.Display;
import dev.infill.cli.screen.StatusView;
import dev.infill.protocol.status.MigrationStatus;

/** Puts every status that a follower sees on a display. */
final class ShownStatus implements Follower.Watcher {
    private final Display display;
    private final StatusView view;
    private String missed = "";

    ShownStatus(Display display, Looks looks) {
        this.display = display;
        this.view = new StatusView(looks);
    }

    @Override
    public void see(MigrationStatus status) {
        missed = "";
        display.show(new Display.Frame(view.block(status), view.line(status)));
    }

    @Override
    public void miss(String why) {
        if (!why.equals(missed)) {
            display.say(why + "; trying again");
            missed = why;
        }
    }
}
