package dev.infill.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/** {@code docker-compose.yml}, read as it stands. */
final class ComposeFile {
    private static final Pattern COPY = Pattern.compile("#\\s+docker compose cp (\\S+) ([a-z0-9-]+):(\\S+)");
    private static final Pattern RUN = Pattern.compile("#\\s+docker compose exec ([a-z0-9-]+) infill (.+)");

    private final String text;
    private final JsonNode services;

    private ComposeFile(String text, JsonNode services) {
        this.text = text;
        this.services = services;
    }

    static ComposeFile read(Path file) throws IOException {
        String text = Files.readString(file);
        // Jackson alone does not merge what stands behind "<<".
        Object tree = new Yaml().load(text);
        return new ComposeFile(text, new ObjectMapper().valueToTree(tree).path("services"));
    }

    /** The services that run Infill. */
    List<String> parts() {
        List<String> parts = new ArrayList<>();
        services.fieldNames().forEachRemaining(name -> {
            if (image(name).equals("infill")) {
                parts.add(name);
            }
        });
        return parts;
    }

    String image(String service) {
        return services.path(service).path("image").asText();
    }

    List<String> command(String service) {
        return StreamSupport.stream(services.path(service).path("command").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    Map<String, String> environment(String service) {
        Map<String, String> environment = new LinkedHashMap<>();
        services.path(service)
                .path("environment")
                .properties()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().asText()));
        return environment;
    }

    /** Files of the repository by the path that they have in the container. */
    Map<String, String> mounts(String service) {
        Map<String, String> mounts = new LinkedHashMap<>();
        for (JsonNode volume : services.path(service).path("volumes")) {
            String[] parts = volume.asText().split(":", -1);
            mounts.put(parts[1], parts[0]);
        }
        return mounts;
    }

    /** What the head of the file tells its reader to copy into a container. */
    Map<String, String> copies() {
        Map<String, String> copies = new LinkedHashMap<>();
        for (Matcher line = COPY.matcher(text); line.find(); ) {
            copies.put(line.group(3), line.group(1));
        }
        return copies;
    }

    /** What the head of the file tells its reader to run in a container, without {@code infill}. */
    List<List<String>> advice() {
        List<List<String>> commands = new ArrayList<>();
        for (Matcher line = RUN.matcher(text); line.find(); ) {
            commands.add(List.of(line.group(2).strip().split(" +", -1)));
        }
        return commands;
    }
}
