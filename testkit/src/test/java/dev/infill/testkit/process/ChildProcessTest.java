package dev.infill.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.servers.process.ServerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path dir;

    @Test
    void waitsForALineAndReturnsIt() {
        try (var child = ChildProcess.start(shell("echo first; echo port is 4711; read forever"))) {
            assertThat(child.waitForLine("port is \\d+", PATIENCE)).isEqualTo("port is 4711");
            assertThat(child.isRunning()).isTrue();
        }
    }

    @Test
    void quotesTheLogWhenTheLineNeverComes() {
        try (var child = ChildProcess.start(shell("echo cannot open the file; exit 3"))) {
            assertThatThrownBy(() -> child.waitForLine("ready", PATIENCE))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("exit code 3")
                    .hasMessageContaining("cannot open the file");
        }
    }

    @Test
    void doesNotTakeAnEarlierRunsLineForItsOwn() {
        try (var first = ChildProcess.start(shell("echo run $$; read forever"))) {
            first.waitForLine("run", PATIENCE);

            try (var second = first.restart()) {
                assertThat(second.waitForLine("run", PATIENCE)).isEqualTo("run " + second.pid());
                assertThat(first.isRunning()).isFalse();
            }
        }
    }

    @Test
    void killsAndTerminates() {
        try (var killed = ChildProcess.start(shell("trap '' TERM; echo up; while :; do read x || sleep 0.1; done"))) {
            killed.waitForLine("up", PATIENCE);
            killed.terminate();
            killed.kill();
            assertThat(killed.waitForExit(PATIENCE)).isEqualTo(128 + 9);
        }
        try (var terminated =
                ChildProcess.start(shell("trap 'exit 7' TERM; echo up; while :; do read x || sleep 0.1; done"))) {
            terminated.waitForLine("up", PATIENCE);
            terminated.terminate();
            assertThat(terminated.waitForExit(PATIENCE)).isEqualTo(7);
        }
    }

    @Test
    void freezesAndGoesOn() {
        try (var child = ChildProcess.start(shell("while :; do echo tick; sleep 0.02; done"))) {
            child.waitForLine("tick", PATIENCE);

            child.suspend();
            Awaitility.await().until(() -> isFrozen(child.pid()));
            int frozenAt = child.lines().size();
            child.resume();

            Awaitility.await().until(() -> child.lines().size() > frozenAt);
        }
    }

    private static boolean isFrozen(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .anyMatch(line -> line.startsWith("State:\tT"));
    }

    @Test
    void passesTheEnvironmentAndRunsJava() {
        var command = Command.java(dir.resolve("java.log"), PrintsItsWorld.class.getName(), "argument")
                .withJvmOptions("-Dgreeting=hello")
                .withEnvironment(Map.of("WORLD", "world"))
                .in(dir);

        try (var child = ChildProcess.start(command)) {
            assertThat(child.waitForLine("hello", PATIENCE)).isEqualTo("hello world argument " + dir);
            assertThat(child.waitForExit(PATIENCE)).isZero();
        }
    }

    /** Runs as a child. */
    static final class PrintsItsWorld {
        private PrintsItsWorld() {}

        public static void main(String[] arguments) {
            System.out.printf(
                    "%s %s %s %s%n",
                    System.getProperty("greeting"),
                    System.getenv("WORLD"),
                    arguments[0],
                    Path.of("").toAbsolutePath());
        }
    }

    @Test
    void startsAProcessAgainWheneverItDies() {
        try (var supervised = Supervised.start(shell("echo up; read forever"))) {
            var first = supervised.current();
            first.waitForLine("up", PATIENCE);

            first.kill();

            Awaitility.await().until(() -> supervised.restarts() == 1);
            assertThat(supervised.current().pid()).isNotEqualTo(first.pid());
            supervised.current().waitForLine("up", PATIENCE);
        }
    }

    @Test
    void endsSupervisionBeforeTheProcess() {
        var supervised = Supervised.start(shell("echo up; read forever"), Duration.ZERO);
        supervised.current().waitForLine("up", PATIENCE);

        supervised.close();

        assertThat(supervised.current().isRunning()).isFalse();
        assertThat(supervised.restarts()).isZero();
    }

    @Test
    void endsWithTheJvmThatStartedIt() {
        var command = Command.java(
                dir.resolve("parent.log"),
                StartsAChild.class.getName(),
                dir.resolve("child.log").toString());

        try (var parent = ChildProcess.start(command)) {
            long child = Long.parseLong(parent.waitForLine("^\\d+$", PATIENCE));
            assertThat(ProcessHandle.of(child)).isPresent();
            parent.kill();

            Awaitility.await().until(() -> ProcessHandle.of(child).isEmpty());
        }
    }

    /** Runs as a parent that is killed. */
    static final class StartsAChild {
        private StartsAChild() {}

        public static void main(String[] arguments) throws InterruptedException {
            var child = ChildProcess.start(Command.of(Path.of(arguments[0]), "sleep", "600"));
            System.out.println(child.pid());
            Thread.currentThread().join();
        }
    }

    private Command shell(String script) {
        return Command.of(dir.resolve("child.log"), "/bin/sh", "-c", script);
    }
}
