package dev.infill.servers;

import dev.infill.servers.process.Folders;
import dev.infill.servers.process.FreePorts;
import dev.infill.servers.process.Leftovers;
import dev.infill.servers.process.ServerException;
import dev.infill.servers.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a server keeps in its folder: {@code data}, {@code port} and {@code postgres.log}. */
record PostgresFolder(Path folder) {
    private static final String OUR_PARAMETERS = "infill.conf";
    private static final Duration CREATION = Duration.ofMinutes(2);

    Path data() {
        return folder.resolve("data");
    }

    Path log() {
        return folder.resolve("postgres.log");
    }

    /** The port of every earlier start, so that nobody who knows the address has to learn a new one. */
    int port(int wanted) throws IOException {
        Path file = folder.resolve("port");
        if (wanted == 0 && Files.exists(file)) {
            return Integer.parseInt(Files.readString(file).strip());
        }
        int port = wanted == 0 ? FreePorts.next() : wanted;
        Files.writeString(file, Integer.toString(port));
        return port;
    }

    /** Ends what a parent that died left running here. */
    void stopLeftovers() {
        Leftovers.in(data(), "postgres").stop(Signal.INT, Signal.QUIT);
    }

    void createData(Path bin, PostgresSettings settings, ServerAccount account) throws IOException {
        Path version = data().resolve("PG_VERSION");
        if (Files.exists(version)) {
            refuseOtherVersion(Files.readString(version).strip(), settings.version());
            return;
        }
        Path part = folder.resolve("data.part");
        Path password = folder.resolve("password");
        Folders.delete(part);
        Files.createDirectories(part);
        account.own(part);
        var arguments = new ArrayList<>(List.of("-D", part.toString(), "-U", PostgresServer.USER));
        arguments.addAll(List.of("--no-sync", "--encoding=UTF8", "--locale=C", "--auth-local=trust"));
        arguments.add("--auth-host=" + (settings.password() == null ? "trust" : "scram-sha-256"));
        if (settings.walSegmentMegabytes() != null) {
            arguments.add("--wal-segsize=" + settings.walSegmentMegabytes());
        }
        if (settings.password() != null) {
            Files.writeString(password, settings.password() + System.lineSeparator());
            account.own(password);
            arguments.add("--pwfile=" + password);
        }
        run(account.command(bin.resolve("initdb").toString(), arguments));
        Files.deleteIfExists(password);
        Files.writeString(
                part.resolve("postgresql.conf"),
                "include_if_exists = '" + OUR_PARAMETERS + "'" + System.lineSeparator(),
                StandardOpenOption.APPEND);
        // Renamed last: a folder called data is always whole, however we end.
        Files.move(part, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void refuseOtherVersion(String found, int asked) {
        if (!found.equals(Integer.toString(asked))) {
            throw new ServerException(
                    "the data in %s are of PostgreSQL %s, not %d: choose that version or another folder"
                            .formatted(folder, found, asked));
        }
    }

    private void run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        if (!Signal.exits(process, CREATION)) {
            process.destroyForcibly();
            throw ServerException.quoting(log(), "initdb did not end within " + CREATION.toSeconds() + " s");
        }
        if (process.exitValue() != 0) {
            throw ServerException.quoting(log(), "initdb failed with exit code " + process.exitValue());
        }
    }

    /** In a file and not on the command line, where a parameter would be out of reach for {@code ALTER SYSTEM}. */
    void writeParameters(int port, PostgresSettings settings, ServerAccount account) throws IOException {
        var parameters = new TreeMap<>(Map.of(
                "wal_level", "logical",
                "max_replication_slots", "50",
                "max_wal_senders", "20",
                "max_connections", "200",
                "log_line_prefix", "%m [%p] %q%u@%d "));
        if (settings.version() >= 18) {
            parameters.put("max_active_replication_origins", "50");
        }
        parameters.putAll(settings.parameters());
        parameters.put("listen_addresses", "127.0.0.1");
        parameters.put("port", Integer.toString(port));
        parameters.put("unix_socket_directories", "");
        var lines = parameters.entrySet().stream()
                .map(entry ->
                        "%s = '%s'".formatted(entry.getKey(), entry.getValue().replace("'", "''")))
                .toList();
        Path file = data().resolve(OUR_PARAMETERS);
        Files.write(file, lines);
        account.own(file);
    }
}
