package dev.infill.testkit;

import dev.infill.servers.process.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** What an embedded server leaves behind. */
final class EmbeddedData {
    private EmbeddedData() {}

    /** The logs stay, for whoever has to find out why a test failed. */
    static void delete(Path folder) {
        try {
            Folders.delete(folder.resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the data of a server that is no longer used", e);
        }
    }
}
