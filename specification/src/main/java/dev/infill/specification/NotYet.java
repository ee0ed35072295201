package dev.infill.specification;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What is meant to come and is refused until then, because a field that is silently ignored is a promise broken. */
final class NotYet {
    private static final List<Field> FIELDS =
            List.of(new Field(FieldPath.of("capture"), "filling without change data capture"));

    private NotYet() {}

    private record Field(FieldPath path, String what) {}

    static void refuse(Document document) {
        for (Field field : FIELDS) {
            JsonNode node = document.root();
            for (String step : field.path().steps()) {
                node = node.path(step);
            }
            if (!node.isMissingNode()) {
                throw flaw(document, field.path(), field.what());
            }
        }
    }

    static SpecificationException flaw(Document document, FieldPath path, String what) {
        return document.flaw("not-supported-yet", path, path.words() + ": " + what + " is not supported yet", null);
    }
}
