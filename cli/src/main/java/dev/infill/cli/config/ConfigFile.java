package dev.infill.cli.config;

import dev.infill.cli.config.HostConfig.WorkerSettings;
import dev.infill.cli.outcome.UserError;
import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.protocol.Topics;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads {@code infill.yaml}. */
public final class ConfigFile {
    private static final int MOST_LANES = 64;
    private static final int DEFAULT_LANES = 4;
    private static final int MOST_REPLICAS = 9;
    private static final int LAST_PORT = 65_535;

    private final Map<String, String> environment;

    /** @param environment the process's variables, which {@code ${env:NAME}} refers to */
    public ConfigFile(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * Reads the file.
     *
     * @param part whose process this is, for its id
     * @param defaultPort where the part answers when the file does not say
     * @throws UserError naming file, line and field
     */
    public HostConfig read(Path file, String part, int defaultPort) {
        Source source = new Source(file.toString(), environment);
        Section root = Section.of(source, "", compose(source, text(file)));
        HostConfig config = new HostConfig(
                root.text("id").orElseGet(() -> processId(part)),
                databases(root.section("databases")),
                kafka(root.section("kafka")),
                http(root.section("http"), defaultPort),
                worker(root.section("worker")),
                stateDirectory(root.section("coordinator"), part));
        root.end();
        return config;
    }

    /**
     * Reads nothing but the databases, for what needs no Kafka.
     *
     * @throws UserError naming file, line and field
     */
    public List<Database> databases(Path file) {
        Source source = new Source(file.toString(), environment);
        return databases(Section.of(source, "", compose(source, text(file))).section("databases"));
    }

    /** Names this process among all that may ever run as this part. */
    public static String processId(String part) {
        String host = System.getenv().getOrDefault("HOSTNAME", "localhost");
        return part + "-" + host + "-" + ProcessHandle.current().pid();
    }

    /** What {@code kafka-*.sh --command-config} takes. */
    public static Map<String, String> commandConfig(Path file) {
        Map<String, String> properties = new HashMap<>();
        java.util.Properties read = new java.util.Properties();
        try (var reader = Files.newBufferedReader(file)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw UserError.usage(unreadable(file));
        }
        read.forEach((key, value) -> properties.put(key.toString(), value.toString()));
        return properties;
    }

    /** The text of a file that somebody named. */
    public static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw UserError.usage(unreadable(file));
        }
    }

    private static String unreadable(Path file) {
        if (!Files.exists(file)) {
            return "there is no file " + file + " (looked for " + file.toAbsolutePath() + ")";
        }
        return Files.isDirectory(file)
                ? file + " is a directory; name a file in it"
                : file + " cannot be read as UTF-8 text; check its permissions and encoding";
    }

    private static Node compose(Source source, String text) {
        try {
            Node node = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            if (node == null) {
                throw UserError.usage(source.file() + " is empty; it needs 'databases' and 'kafka'");
            }
            return node;
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw UserError.usage(source.file() + ":" + line + ": this is not YAML: " + e.getProblem()
                    + "; look at this line and the one above");
        }
    }

    private List<Database> databases(Section section) {
        List<Database> databases = new ArrayList<>();
        section.all().forEach((name, fields) -> databases.add(database(section, name, fields)));
        if (databases.isEmpty()) {
            throw section.error("NAME", "is missing; give at least one, like 'shop: {url: \"postgres://…\"}'");
        }
        return databases;
    }

    private Database database(Section section, String name, Section fields) {
        Map<String, String> properties = new HashMap<>();
        String url = fields.requiredText("url");
        fields.text("user").ifPresent(user -> properties.put("user", user));
        fields.text("password").ifPresent(password -> properties.put("password", password));
        fields.end();
        try {
            Database parsed = new DatabaseUrl(environment).parse(name, url);
            Map<String, String> all = new HashMap<>(parsed.properties());
            all.putAll(properties);
            return new Database(name, parsed.jdbcUrl(), all);
        } catch (IllegalArgumentException e) {
            throw section.error(name, "is not a database: " + e.getMessage());
        }
    }

    private static KafkaSettings kafka(Section section) {
        String servers = section.requiredText("bootstrapServers");
        String prefix = section.text("prefix").orElse("infill");
        int replicas = section.number("replicationFactor", -1, 1, MOST_REPLICAS);
        Map<String, String> security = section.text("commandConfig")
                .map(Path::of)
                .map(ConfigFile::commandConfig)
                .orElse(Map.of());
        section.end();
        try {
            return new KafkaSettings(servers, new Topics(prefix), (short) replicas, security);
        } catch (IllegalArgumentException e) {
            throw section.error("prefix", "is not a prefix of topic names: " + e.getMessage());
        }
    }

    private static HttpAddress http(Section section, int defaultPort) {
        HttpAddress loopback = HttpAddress.loopback(section.number("port", defaultPort, 0, LAST_PORT));
        HttpAddress address = new HttpAddress(section.text("host").orElse(loopback.host()), loopback.port());
        section.end();
        return address;
    }

    private static WorkerSettings worker(Section section) {
        int lanes = section.number("lanes", DEFAULT_LANES, 1, MOST_LANES);
        List<Path> transforms = split(section.text("transforms").orElse(""));
        section.end();
        missing(transforms).ifPresent(file -> {
            throw section.error("transforms", "names " + file + ", which is not there");
        });
        return new WorkerSettings(lanes, transforms);
    }

    /**
     * The files of a text like a class path.
     *
     * @throws UserError naming one that is not there
     */
    public static List<Path> files(String classPath) {
        List<Path> files = split(classPath);
        missing(files).ifPresent(file -> {
            throw UserError.usage(unreadable(file));
        });
        return files;
    }

    private static List<Path> split(String classPath) {
        return Arrays.stream(classPath.split(Pattern.quote(File.pathSeparator)))
                .filter(part -> !part.isBlank())
                .map(Path::of)
                .toList();
    }

    private static Optional<Path> missing(List<Path> files) {
        return files.stream().filter(file -> !Files.exists(file)).findFirst();
    }

    private static Path stateDirectory(Section section, String part) {
        Path directory = section.text("stateDirectory")
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "infill", processId(part)));
        section.end();
        return directory;
    }
}
