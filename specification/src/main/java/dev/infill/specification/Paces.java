package dev.infill.specification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.infill.specification.Specification.Pace;
import dev.infill.specification.SpecificationException.Place;
import org.jspecify.annotations.Nullable;

/** The pace of a migration that runs: as specified, or as an operator changed it since, which is JSON with the same fields. */
public final class Paces {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FIELD = "pace";

    private Paces() {}

    /** The pace that holds. */
    public static Pace of(String specification, @Nullable String changed) {
        return SpecificationReader.read(specification, changed == null ? null : parsed(changed))
                .pace();
    }

    /** The same as JSON; without the defaults. */
    public static String words(String specification, @Nullable String changed) {
        return current(specification, changed).toString();
    }

    /**
     * The pace after a change: {@code "full"}, or fields that replace those of the same name; a field that is null goes back to
     * its default (a JSON merge patch).
     *
     * @throws SpecificationException if the outcome would be none; its line says nothing
     */
    public static String patched(String specification, @Nullable String changed, String patch) {
        JsonNode wanted = parsed(patch);
        if (wanted instanceof ObjectNode fields) {
            JsonNode current = current(specification, changed);
            ObjectNode merged = current instanceof ObjectNode object ? object.deepCopy() : empty();
            fields.properties().forEach(field -> {
                if (field.getValue().isNull()) {
                    merged.remove(field.getKey());
                } else {
                    merged.set(field.getKey(), field.getValue());
                }
            });
            wanted = merged;
        }
        SpecificationReader.read(specification, wanted);
        return wanted.toString();
    }

    private static JsonNode current(String specification, @Nullable String changed) {
        JsonNode current =
                changed == null ? Document.parse(specification).root().path(FIELD) : parsed(changed);
        return current.isMissingNode() ? empty() : current;
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static JsonNode parsed(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node != null && !node.isMissingNode()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw new SpecificationException("invalid-json", "this is not JSON", Place.START, FIELD, null);
        }
        throw new SpecificationException("invalid-json", "there is no pace in it", Place.START, FIELD, null);
    }
}
