package dev.infill.worker.postgres;

import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;

/**
 * The digest of a set of rows: 64 bits over (key, value) of each, computed in the server in the statement that compares
 * them, so that no value leaves it.
 *
 * <p>Each row is hashed to 64 bits, one column seeding the next, so that neither ('a', 'bc') and ('ab', 'c') nor NULL and ''
 * are alike, and two rows that swap their values are seen. Rows are put together by XOR: it asks for no order and can be
 * done in any grouping, so the digest over all ranges depends neither on where the table was cut, by key or by page, nor
 * on where rows lie. No two rows can cancel each other out, because each has the primary key in its hash.
 *
 * <p>It finds out change by accident: one that goes unnoticed is as likely as 1 in 2^64. It is no proof against somebody who
 * wants to deceive, for the hash is no cryptographic one.
 *
 * <p>Numbers, times and uuids are hashed as they are, everything else by the bytes of its text, whatever its collation. How
 * such texts look depends on the database's encoding and on IntervalStyle, DateStyle, TimeZone, bytea_output and
 * extra_float_digits, which every session of ours sets alike. PostgreSQL keeps its hashes within a major version and does
 * not promise them across major versions or byte orders: whoever compares digests compares the versions first. Two of its
 * hashes leave something out, which is put into the seed instead: the upper half of a bigint is folded into the lower one,
 * and a numeric's sign is not looked at.
 *
 * <p>It adds about a tenth to the statement that compares, and a quarter to two fifths where the value is a numeric or a
 * time; one hash over the texts of the whole row would add four fifths ({@code docs/decisions/0070}).
 */
final class RowDigest {
    private RowDigest() {}

    /**
     * The aggregate, to stand in a SELECT list; 0 over no rows.
     *
     * @param table what qualifies the columns
     */
    static String sql(Migration migration, String table) {
        String seed = "0::bigint";
        for (Column part : migration.key()) {
            seed = hash(part, table + "." + part.quoted(), seed);
        }
        String row = valued(migration.column(), table, seed);
        for (int i = 0; i < migration.also().size(); i++) {
            // Another seed for each column, so that values that change places do not cancel each other out.
            String salted = "(" + seed + " # " + (i + 1) + "::bigint)";
            row += " # " + valued(migration.also().get(i).column(), table, salted);
        }
        return "coalesce(pg_catalog.bit_xor(" + row + "), 0)";
    }

    /** The hashes are strict: of a row without a value its key's hash is left. */
    private static String valued(Column column, String table, String seed) {
        return "coalesce(" + hash(column, table + "." + column.quoted(), seed) + ", " + seed + ")";
    }

    private static String hash(Column column, String value, String seed) {
        return switch (column.type().replaceFirst("\\([0-9, -]+\\)", "")) {
            case "bigint" -> call("hashint8extended", value, seed + " # " + value);
            case "integer", "boolean" -> call("hashint4extended", value + "::integer", seed);
            case "smallint" -> call("hashint2extended", value, seed);
            case "numeric" ->
                call("hash_numeric_extended", value, seed + " # CASE WHEN " + value + " < 0 THEN 1 ELSE 2 END");
            case "real", "double precision" -> call("hashfloat8extended", value + "::double precision", seed);
            case "date", "timestamp without time zone", "timestamp with time zone" ->
                call("hashfloat8extended", "pg_catalog.date_part('epoch', " + value + ")", seed);
            case "uuid" -> call("uuid_hash_extended", value, seed);
            default -> call("hashtextextended", value + "::text COLLATE pg_catalog.\"C\"", seed);
        };
    }

    private static String call(String function, String value, String seed) {
        return "pg_catalog." + function + "(" + value + ", " + seed + ")";
    }
}
