package dev.infill.cli.command;

import dev.infill.cli.client.Answer;
import dev.infill.cli.client.CoordinatorClient;
import dev.infill.cli.client.Refused;
import dev.infill.cli.client.Unreachable;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.StopRequest;
import dev.infill.cli.outcome.UserError;
import dev.infill.cli.screen.ReadyView;
import dev.infill.protocol.Gate;
import dev.infill.protocol.status.Readiness;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code infill ready}. */
@Command(
        name = "ready",
        description = "Tell a pipeline by the exit code whether it may go on: 0 yes, 8 not yet, 1 never as it stands.")
final class ReadyCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int SERVER_ERROR = 500;
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1));

    private final Surroundings surroundings;

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final Steering steering = new Steering();

    @Parameters(paramLabel = "MIGRATION", description = "Which one.")
    private String migration = "";

    @Option(
            names = "--for",
            required = true,
            paramLabel = "GATE",
            description =
                    "reads: may the application read the column? writes: does every version of it write the column?"
                            + " constraints: may they be put in force?")
    private Gate question = Gate.READS;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description = "Wait for a yes, at most so long: 30s, 10m, 1h (default: ask once).")
    private @Nullable String wait;

    ReadyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Duration patience = patience(wait);
        CoordinatorClient client = steering.client(surroundings);
        if (patience.isZero()) {
            return tell(client.ready(migration, question));
        }
        return waitFor(client, surroundings.stop().get(), patience);
    }

    /** An outage of the coordinator's passes too: the last answer that came is told when the time is over. */
    private int waitFor(CoordinatorClient client, StopRequest stop, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            RuntimeException trouble = null;
            try {
                Answer<Readiness> answer = client.ready(migration, question);
                if (verdict(answer.value()) != ExitCode.STILL_RUNNING || System.nanoTime() - end >= 0) {
                    return tell(answer);
                }
            } catch (Unreachable e) {
                trouble = e;
            } catch (Refused e) {
                if (e.problem().status() < SERVER_ERROR) {
                    throw e;
                }
                trouble = e;
            }
            if (trouble != null && System.nanoTime() - end >= 0) {
                throw trouble;
            }
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            if (stop.await(left.compareTo(PAUSE) < 0 ? left : PAUSE)) {
                return stop.await().number();
            }
        }
    }

    private int tell(Answer<Readiness> answer) {
        ReadyView view = new ReadyView(surroundings.console().outTerminal());
        output.print(surroundings, answer.json(), view.lines(answer.value()));
        return verdict(answer.value()).number();
    }

    private static ExitCode verdict(Readiness readiness) {
        if (readiness.ready()) {
            return ExitCode.DONE;
        }
        return switch (readiness.standing()) {
            case RUNNING, PAUSED -> ExitCode.STILL_RUNNING;
            case REFUSED, FAILED, CANCELLING, ROLLING_BACK -> ExitCode.FAILED;
        };
    }

    private static Duration patience(@Nullable String given) {
        if (given == null) {
            return Duration.ZERO;
        }
        Matcher matcher = TIME.matcher(given);
        if (!matcher.matches()) {
            throw UserError.usage("--wait takes a time like 30s, 10m or 1h, got '" + given + "'");
        }
        return UNITS.getOrDefault(matcher.group(2), Duration.ZERO).multipliedBy(Long.parseLong(matcher.group(1)));
    }
}
