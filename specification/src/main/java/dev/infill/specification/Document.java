package dev.infill.specification;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.infill.specification.SpecificationException.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * A specification's YAML as a tree, with the place of every field's name. (The validator's location-aware nodes know the places
 * of values only, and an unknown field is best shown where its name stands.)
 */
final class Document {
    private static final YAMLMapper YAML = new YAMLMapper();
    /** A parser says where it gave up, which is often the line after the mistake. */
    private static final String LOOK = "; look at this line and the one above";

    private final JsonNode root;
    private final Map<FieldPath, Place> places;

    private Document(JsonNode root, Map<FieldPath, Place> places) {
        this.root = root;
        this.places = places;
    }

    /** Reads one YAML document without duplicate fields and without references. */
    static Document parse(String text) {
        try (JsonParser parser = YAML.createParser(text)) {
            Map<FieldPath, Place> places = new HashMap<>();
            if (parser.nextToken() == null) {
                throw flaw("broken-yaml", "the specification is empty", Place.START, FieldPath.ROOT);
            }
            walk((YAMLParser) parser, FieldPath.ROOT, places);
            if (parser.nextToken() != null) {
                throw flaw("broken-yaml", "a specification is one YAML document", place(parser), FieldPath.ROOT);
            }
            return new Document(YAML.readTree(text), places);
        } catch (JsonProcessingException e) {
            throw broken(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    /** Where the field's name stands, or the element; the nearest one around it where it is missing. */
    Place place(FieldPath path) {
        FieldPath known = path;
        while (!places.containsKey(known) && !known.steps().isEmpty()) {
            known = known.parent();
        }
        return places.getOrDefault(known, Place.START);
    }

    /** A mistake at a field. */
    SpecificationException flaw(String code, FieldPath path, String sentence, @Nullable String suggestion) {
        return new SpecificationException(code, sentence, place(path), path.words(), suggestion);
    }

    private static void walk(YAMLParser parser, FieldPath path, Map<FieldPath, Place> places) throws IOException {
        if (parser.isCurrentAlias()) {
            throw flaw("broken-yaml", "YAML references (*) are not read here", place(parser), path);
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int position = 0; parser.nextToken() != JsonToken.END_ARRAY; position++) {
                places.put(path.child(position), place(parser));
                walk(parser, path.child(position), places);
            }
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                FieldPath field = path.child(parser.currentName());
                Place first = places.putIfAbsent(field, place(parser));
                if (first != null) {
                    String sentence = "the field stands in line " + first.line() + " already";
                    throw flaw("duplicate-field", sentence, place(parser), field);
                }
                parser.nextToken();
                walk(parser, field, places);
            }
        }
    }

    private static SpecificationException flaw(String code, String sentence, Place place, FieldPath path) {
        return new SpecificationException(code, sentence, place, path.words(), null);
    }

    private static SpecificationException broken(JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            Mark mark = marked.getProblemMark();
            Place place = new Place(mark.getLine() + 1, mark.getColumn() + 1);
            return flaw("broken-yaml", "this is not YAML: " + marked.getProblem() + LOOK, place, FieldPath.ROOT);
        }
        String reason = e.getOriginalMessage().lines().findFirst().orElse("");
        return flaw("broken-yaml", "this is not YAML: " + reason + LOOK, place(e.getLocation()), FieldPath.ROOT);
    }

    private static Place place(JsonParser parser) {
        return place(parser.currentTokenLocation());
    }

    private static Place place(@Nullable JsonLocation location) {
        return location == null
                ? Place.START
                : new Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }
}
