package dev.infill.servers;

import dev.infill.servers.process.ServerException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a PostgreSQL server is set up.
 *
 * @param version the major version
 * @param port 0 takes a free one at the first start, and the same again at every later start in that folder
 * @param parameters for {@code postgresql.conf}, over ours
 * @param walSegmentMegabytes the server's default when null; takes effect when the data are first created
 * @param password of the superuser; without one everybody on this machine may log in
 * @param binaries where unpacked programs are kept; null means beside the server's folder
 */
public record PostgresSettings(
        int version,
        int port,
        Map<String, String> parameters,
        @Nullable Integer walSegmentMegabytes,
        @Nullable String password,
        @Nullable Path binaries) {
    private static final Set<Integer> VERSIONS = Set.of(14, 15, 16, 17, 18);

    public PostgresSettings {
        if (!VERSIONS.contains(version)) {
            throw new ServerException("PostgreSQL %d is not supported: choose 14, 15, 16, 17 or 18".formatted(version));
        }
        if (port < 0 || port > 65_535) {
            throw new ServerException("a port is between 0 and 65535, got " + port);
        }
        if (walSegmentMegabytes != null && (Integer.bitCount(walSegmentMegabytes) != 1 || walSegmentMegabytes > 1024)) {
            throw new ServerException("a WAL segment is 1, 2, 4, … 1024 MB, got " + walSegmentMegabytes);
        }
        parameters = Map.copyOf(parameters);
    }

    public static PostgresSettings defaults() {
        return new PostgresSettings(18, 0, Map.of(), null, null, null);
    }

    public PostgresSettings withVersion(int major) {
        return new PostgresSettings(major, port, parameters, walSegmentMegabytes, password, binaries);
    }

    public PostgresSettings withPort(int given) {
        return new PostgresSettings(version, given, parameters, walSegmentMegabytes, password, binaries);
    }

    public PostgresSettings withParameter(String name, String value) {
        var all = new HashMap<>(parameters);
        all.put(name, value);
        return new PostgresSettings(version, port, all, walSegmentMegabytes, password, binaries);
    }

    public PostgresSettings withWalSegmentMegabytes(int megabytes) {
        return new PostgresSettings(version, port, parameters, megabytes, password, binaries);
    }

    public PostgresSettings withPassword(String given) {
        return new PostgresSettings(version, port, parameters, walSegmentMegabytes, given, binaries);
    }

    public PostgresSettings withBinaries(Path folder) {
        return new PostgresSettings(version, port, parameters, walSegmentMegabytes, password, folder);
    }
}
