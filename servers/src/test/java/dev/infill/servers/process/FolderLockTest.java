package dev.infill.servers.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.servers.JavaChild;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    private static final String SELF = Long.toString(ProcessHandle.current().pid());

    @TempDir
    private Path dir;

    @Test
    void namesTheProcessThatHasTheFolder() throws IOException {
        try (var other = new JavaChild(Map.of(), TakesTheLock.class, dir.toString())) {
            assertThat(other.line()).isEqualTo("taken");

            assertThatThrownBy(() -> FolderLock.take(dir))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("is in use by process " + other.pid());
        }
    }

    @Test
    void isFreeOnceItsProcessWasKilled() throws IOException {
        try (var other = new JavaChild(Map.of(), TakesTheLock.class, dir.toString())) {
            assertThat(other.line()).isEqualTo("taken");
            other.kill();

            FolderLock.take(dir).close();
        }
    }

    @Test
    void holdsAgainstOthersEvenAfterThisProcessWasRefused() throws IOException {
        var lock = FolderLock.take(dir);
        assertThatThrownBy(() -> FolderLock.take(dir)).hasMessageContaining("is in use by process " + SELF);

        try (var other = new JavaChild(Map.of(), TakesTheLock.class, dir.toString())) {
            assertThat(other.line()).contains("is in use by process " + SELF);
        }
        lock.close();
        FolderLock.take(dir).close();
    }

    /** Runs as another process. */
    static final class TakesTheLock {
        private TakesTheLock() {}

        public static void main(String[] arguments) throws InterruptedException {
            try {
                FolderLock.take(Path.of(arguments[0]));
                System.out.println("taken");
            } catch (ServerException e) {
                System.out.println(e.getMessage());
            }
            Thread.currentThread().join();
        }
    }
}
