package dev.infill.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.testkit.process.ChildProcess;
import dev.infill.testkit.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/** Whoever asks for containers gets them, or a failure that says why not; never other servers, never a skipped test. */
class ContainerChoiceIT {
    private static final Duration A_WHILE = Duration.ofMinutes(3);

    /** Asks for a server as a test does. */
    static final class Asking {
        public static void main(String[] arguments) {
            System.out.println("got a server at " + Clusters.postgres().jdbcUrl("postgres"));
        }
    }

    @Test
    void eitherContainersRunOrTheTestFails(@TempDir Path folder) {
        boolean engine = DockerClientFactory.instance().isDockerAvailable();
        Command command = Command.java(folder.resolve("asking.log"), Asking.class.getName())
                .withJvmOptions("-Dclusters=containers")
                .in(folder);
        try (ChildProcess asking = ChildProcess.start(command)) {
            int exitCode = asking.waitForExit(A_WHILE);

            String said = String.join("\n", asking.lines());
            assertThat(said.contains("got a server at")).isEqualTo(engine);
            assertThat(said.contains("no container engine answers: start one or set DOCKER_HOST"))
                    .isNotEqualTo(engine);
            assertThat(exitCode == 0).isEqualTo(engine);
        }
    }
}
