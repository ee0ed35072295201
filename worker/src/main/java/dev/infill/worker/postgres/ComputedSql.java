package dev.infill.worker.postgres;

import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Migration.Transform;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Values that application code computes, as SQL sees them: a temporary table from what a row was computed of to its value. So an
 * UPDATE that finds another row version than the one that was computed finds no value for it and leaves it alone.
 */
final class ComputedSql {
    private final String type;
    private final String values;
    private final String refuse;
    private final String scope;
    private final List<String> inputs;

    /** @param name what qualifies the row's columns */
    ComputedSql(Migration migration, Transform transform, String name) {
        this.type = migration.column().type();
        this.values = "pg_temp." + Identifier.quote("infill_" + migration.name());
        this.refuse = "pg_temp." + Identifier.quote("infill_no_" + migration.name()) + "()";
        String where = migration.fill().where();
        this.scope = where == null ? "" : " AND " + Placeholders.escaped("(" + where + "\n)");
        this.inputs = transform.reads().stream()
                .map(column -> name + "." + Identifier.quote(column))
                .toList();
    }

    /** The value of a row; an error where the transform refused it. */
    String expression() {
        return "(SELECT CASE WHEN infill_v.refused THEN " + refuse + " ELSE infill_v.value END" + ofRow() + ")";
    }

    /** Whether the row as it is was computed. */
    String isKnown() {
        return "EXISTS (SELECT" + ofRow() + ")";
    }

    private String ofRow() {
        return " FROM " + values + " infill_v WHERE infill_v.inputs = " + hash();
    }

    /** What is read of a row to be computed, behind its hash: each combination once. */
    String columns() {
        return "DISTINCT ON (1) " + hash() + ", " + String.join(", ", inputs);
    }

    /** Rows that are to be filled and were not computed as they are; a parameter: how many at most. */
    String uncomputed() {
        return scope + " AND NOT " + isKnown() + " ORDER BY 1 LIMIT ?";
    }

    private String hash() {
        String texts = inputs.stream().map(input -> input + "::text").collect(Collectors.joining(", "));
        return "encode(sha256(convert_to(ARRAY[" + texts + "]::text, 'UTF8')), 'hex')";
    }

    /** Makes the table of a session, and the function that refuses a row as a constraint would. */
    String create() {
        return "CREATE TEMP TABLE IF NOT EXISTS " + values.substring("pg_temp.".length())
                + " (inputs text PRIMARY KEY, value " + type + ", refused boolean NOT NULL);"
                + " CREATE OR REPLACE FUNCTION " + refuse + " RETURNS " + type + " LANGUAGE plpgsql STABLE AS"
                + " 'BEGIN RAISE EXCEPTION ''the transform refuses a row''; END'";
    }

    String forget() {
        return "TRUNCATE " + values;
    }

    /** Adds values; parameters: hashes, values as texts, whether they are refused. */
    String add() {
        return "INSERT INTO " + values + " SELECT infill_i, infill_t::" + type + ", infill_r"
                + " FROM unnest(?::text[], ?::text[], ?::boolean[]) AS infill_u(infill_i, infill_t, infill_r)"
                + " ON CONFLICT DO NOTHING";
    }
}
