package dev.infill.servers.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps a folder to one parent process; the operating system lets go of it when that process dies. */
public final class FolderLock implements AutoCloseable {
    // POSIX drops a process's lock when it closes any channel to the file, so a second attempt must not even open it.
    private static final Set<Path> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Takes the folder, creating it when it is missing, or throws and names the process that has it. */
    public static FolderLock take(Path folder) {
        try {
            Path real = Files.createDirectories(folder).toRealPath();
            long self = ProcessHandle.current().pid();
            if (!HELD_BY_THIS_PROCESS.add(real)) {
                throw inUse(folder, Long.toString(self));
            }
            try {
                return new FolderLock(real, lock(real, self));
            } catch (IOException | RuntimeException e) {
                HELD_BY_THIS_PROCESS.remove(real);
                throw e;
            }
        } catch (IOException e) {
            throw new ServerException("cannot write to the folder %s: %s".formatted(folder, e), e);
        }
    }

    private static FileChannel lock(Path folder, long self) throws IOException {
        Path file = folder.resolve("lock");
        var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw inUse(folder, Files.readString(file).strip());
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(Long.toString(self).getBytes(StandardCharsets.UTF_8)));
        return channel;
    }

    private static ServerException inUse(Path folder, String pid) {
        return new ServerException(
                "%s is in use by process %s: stop it, or choose another folder".formatted(folder, pid));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new ServerException("cannot release the lock of %s: %s".formatted(folder, e), e);
        } finally {
            HELD_BY_THIS_PROCESS.remove(folder);
        }
    }
}
