package dev.infill.specification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.infill.specification.Specification.Limits;
import dev.infill.specification.Specification.Pace;
import dev.infill.specification.Specification.Query;
import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads how hard Infill may push. */
final class PaceReader {
    private static final FieldPath PATH = FieldPath.of("pace");
    private static final String FULL = "full";
    private static final String AUTO = "auto";

    private final FieldReader fields;
    private final JsonNode pace;

    PaceReader(FieldReader fields, JsonNode pace) {
        this.fields = fields;
        this.pace = pace;
    }

    /** YAML 1.1 reads off as false. */
    static void spellOff(JsonNode pace) {
        if (pace instanceof ObjectNode fields) {
            fields.properties().forEach(field -> {
                if (field.getValue().isBoolean() && !field.getValue().asBoolean()) {
                    field.setValue(TextNode.valueOf("off"));
                }
            });
        }
    }

    Pace pace() {
        if (pace.asText("").equals(FULL)) {
            return Pace.FULL;
        }
        JsonNode query = pace.path("query");
        return new Pace(
                fields.duration(PATH.child("batch"), pace.path("batch"), Pace.DEFAULT.batch()),
                limits(),
                query.isMissingNode() ? null : query(query),
                limit("window", null, (path, window) -> fields.window(path, window.asText())));
    }

    private Limits limits() {
        Limits standard = Limits.DEFAULT;
        return new Limits(
                limit("maxLatency", standard.latency(), this::latency),
                limit("maxReplicaLag", standard.replicaLag(), fields::duration),
                limit("maxRetainedWal", standard.retainedWalBytes(), fields::bytes),
                limit("maxArchiveBacklog", standard.archiveBacklogBytes(), fields::bytes),
                limit("maxLockWaits", standard.lockWaits(), (path, waits) -> waits.asInt()),
                limit("maxSnapshotAge", standard.snapshotAge(), fields::duration),
                limit("maxDeadRows", standard.deadRowsPercent(), PaceReader::percent),
                limit("maxConnections", standard.connectionsPercent(), PaceReader::percent),
                standard.batches());
    }

    private <T> @Nullable T limit(String field, @Nullable T standard, BiFunction<FieldPath, JsonNode, T> read) {
        return fields.limit(PATH.child(field), pace.path(field), standard, read);
    }

    private Duration latency(FieldPath path, JsonNode given) {
        return given.asText().equals(AUTO) ? Limits.AS_BEFORE : fields.duration(path, given);
    }

    private static int percent(FieldPath path, JsonNode given) {
        return Integer.parseInt(given.asText().replace("%", ""));
    }

    private Query query(JsonNode query) {
        return new Query(
                query.path("name").asText(),
                fields.sql(PATH.child("query").child("sql"), query.path("sql").asText()),
                query.path("max").asDouble());
    }
}
