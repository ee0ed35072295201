package dev.infill.cli.command;

import dev.infill.cli.client.Answer;
import dev.infill.cli.client.Refused;
import dev.infill.cli.follow.Verdict;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.protocol.status.MigrationStatus;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code infill submit}. */
@Command(name = "submit", description = "Hand a specification to the coordinator.")
final class SubmitCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final Steering steering = new Steering();

    @Parameters(paramLabel = "SPEC", description = "The specification, a YAML file.")
    private Path file = Path.of("");

    SubmitCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        SpecificationFile given = SpecificationFile.read(file);
        Answer<MigrationStatus> answer;
        try {
            answer = steering.client(surroundings).submit(given.text());
        } catch (Refused e) {
            throw Problems.told(e.problem(), given);
        }
        output.print(surroundings, answer);
        ExitCode now = Verdict.now(answer.value());
        return (now == ExitCode.STILL_RUNNING ? ExitCode.DONE : now).number();
    }
}
