package dev.infill.specification;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The published JSON Schema of specifications. */
public final class SpecificationSchema {
    private static final String TEXT = load();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(TEXT, InputFormat.JSON);
    /** What a JSON type is called in YAML. */
    private static final Map<String, String> TYPES = Map.of(
            "object", "fields of its own",
            "array", "a list",
            "string", "a text",
            "integer", "a whole number",
            "number", "a number",
            "boolean", "true or false");

    private SpecificationSchema() {}

    /** The schema as JSON, draft 2020-12. */
    public static String json() {
        return TEXT;
    }

    /** Throws the mistake that explains most: a misspelt field before the fields that are missed because of it. */
    static void check(Document document) {
        SCHEMA.validate(document.root()).stream()
                .map(error -> flaw(document, error))
                .min(Comparator.comparing(
                                (SpecificationException e) -> !e.code().equals("unknown-field"))
                        .thenComparing(SpecificationException::line)
                        .thenComparing(SpecificationException::column))
                .ifPresent(flaw -> {
                    throw flaw;
                });
    }

    private static SpecificationException flaw(Document document, Error error) {
        FieldPath path = path(error.getInstanceLocation());
        JsonNode schema = error.getSchemaNode();
        JsonNode value = error.getInstanceNode();
        String words = path.words().isEmpty() ? "the specification" : path.words();
        return switch (error.getKeyword()) {
            case "additionalProperties" -> unknown(document, path.child(error.getProperty()));
            case "required" -> {
                FieldPath missing = path.child(error.getProperty());
                yield document.flaw("missing-field", missing, missing.words() + " is missing", null);
            }
            case "type" -> {
                String sentence = words + " must be " + types(schema);
                yield document.flaw("wrong-type", path, sentence + example(path) + got(value), null);
            }
            case "enum" -> {
                List<String> allowed = StreamSupport.stream(schema.spliterator(), false)
                        .map(JsonNode::asText)
                        .toList();
                String sentence = words + " is one of " + String.join(", ", allowed) + got(value);
                String near = Levenshtein.nearest(value.asText(), allowed).orElse(null);
                yield document.flaw("wrong-value", path, sentence, near);
            }
            case "minLength" -> document.flaw("wrong-value", path, words + " is empty" + example(path), null);
            case "pattern" -> {
                String sentence = words + " does not look right" + description(path) + example(path) + got(value);
                yield document.flaw("wrong-value", path, sentence, null);
            }
            default -> document.flaw("wrong-value", path, words + ": " + error.getMessage(), null);
        };
    }

    private static String types(JsonNode schema) {
        return schema.isArray()
                ? StreamSupport.stream(schema.spliterator(), false)
                        .map(SpecificationSchema::types)
                        .collect(Collectors.joining(" or "))
                : TYPES.getOrDefault(schema.asText(), schema.asText());
    }

    private static SpecificationException unknown(Document document, FieldPath path) {
        String name = path.steps().get(path.steps().size() - 1);
        JsonNode siblings = property(path.parent()).path("properties");
        String near = Levenshtein.nearest(name, names(siblings)).orElse(null);
        // What a comma in {name: a, type: numeric(12,2)} makes of it is no field that anybody meant.
        boolean isField = name.matches("[A-Za-z][A-Za-z0-9_-]*");
        String known = isField
                ? "; known here are " + String.join(", ", names(siblings))
                : "; in {…} and […] a comma parts values, so a text with a comma stands in quotes";
        String sentence = "unknown field " + path.words() + (near == null ? known : "");
        return document.flaw("unknown-field", path, sentence, near);
    }

    private static List<String> names(JsonNode properties) {
        return properties.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static String example(FieldPath path) {
        JsonNode property = property(path);
        JsonNode example = property.path("examples").path(0);
        JsonNode chosen = example.isMissingNode() ? property.path("default") : example;
        if (!chosen.isValueNode() && !chosen.isArray()) {
            return "";
        }
        return ", for example " + (chosen.isTextual() ? chosen.asText() : chosen.toString());
    }

    private static String description(FieldPath path) {
        String description = property(path).path("description").asText("");
        return description.isEmpty() ? "" : " (" + description.replaceFirst("\\.$", "") + ")";
    }

    private static String got(@Nullable JsonNode value) {
        // An address may hold a password.
        if (value == null || value.isContainerNode() || value.asText().contains("://")) {
            return "";
        }
        return ", got " + (value.isTextual() ? "'" + value.asText() + "'" : value.toString());
    }

    /** The part of the schema that speaks about a field. */
    private static JsonNode property(FieldPath path) {
        JsonNode found = SCHEMA.getSchemaNode();
        for (String step : path.steps()) {
            found = step.startsWith("[")
                    ? found.path("items")
                    : found.path("properties").path(step);
        }
        return found.has("examples") || found.has("default") || !found.has("$ref") ? found : referred(found);
    }

    private static JsonNode referred(JsonNode property) {
        return SCHEMA.getSchemaNode().at(property.path("$ref").asText().substring(1));
    }

    private static FieldPath path(NodePath location) {
        FieldPath path = FieldPath.ROOT;
        for (int step = 0; step < location.getNameCount(); step++) {
            path = location.getElement(step) instanceof Integer position
                    ? path.child(position)
                    : path.child(location.getName(step));
        }
        return path;
    }

    private static String load() {
        try (InputStream schema = SpecificationSchema.class.getResourceAsStream("specification.schema.json")) {
            if (schema == null) {
                throw new IllegalStateException("specification.schema.json is missing from the build");
            }
            return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
