package dev.infill.coordinator.check;

import dev.infill.protocol.Identifier;
import dev.infill.protocol.TableName;
import dev.infill.specification.Specification.Index;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Whether an index that is there is the one that a specification wants. The wanted one is built on an empty copy of the table, so
 * that the server writes both down in its own words.
 */
public final class IndexLikeness {
    static final String PROBE = "infill_probe_index";

    /** Its columns and expressions as the server prints them; options and classes by number. */
    private static final String DEFINITION = """
            SELECT concat_ws('|', i.indisunique, i.indimmediate, i.indnkeyatts, c.relam, i.indoption, i.indclass, i.indcollation,
                             coalesce((to_jsonb(i)->>'indnullsnotdistinct')::boolean, false),
                             (SELECT array_agg(pg_get_indexdef(i.indexrelid, n, false) ORDER BY n)
                                FROM generate_series(1, i.indnatts) n),
                             coalesce(pg_get_expr(i.indpred, i.indrelid), '-'), coalesce(c.reloptions::text, '-'))
              FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
             WHERE i.indexrelid = to_regclass(?)
            """;

    private IndexLikeness() {}

    /** The server's own words for an index. */
    static String definition(Connection connection, String index) throws SQLException {
        return Query.of(connection, DEFINITION, index).texts().get(0);
    }

    /** Whether the valid index of that name is what is wanted; leaves nothing. */
    public static boolean isThere(Connection connection, TableName table, Index index) throws SQLException {
        return RolledBack.run(connection, probing -> {
            String probe = "pg_temp." + Identifier.quote(table.name());
            RolledBack.execute(probing, "CREATE TABLE " + probe + " (LIKE " + table.quoted() + ")");
            return RolledBack.refusal(probing, build(index, probe)).isEmpty()
                    && definition(probing, "pg_temp." + PROBE)
                            .equals(definition(probing, new TableName(table.schema(), index.name()).quoted()));
        });
    }

    static String build(Index index, String probe) {
        return "CREATE " + (index.unique() ? "UNIQUE " : "") + "INDEX " + PROBE + " ON " + probe + " "
                + index.definition();
    }
}
