package dev.infill.specification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.infill.protocol.TableName;
import dev.infill.specification.Specification.Follow;
import dev.infill.specification.Specification.Pair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads which other tables the expression reads, and by which columns their rows find the migrated table's. */
final class FollowsReader {
    private static final FieldPath PATH = FieldPath.of("fill", "follows");
    private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_$]*)";
    private static final String COLUMN = "(" + NAME + "(?:\\s*\\.\\s*" + NAME + "){1,2})";
    private static final Pattern EQUALITY = Pattern.compile("\\s*" + COLUMN + "\\s*=\\s*" + COLUMN + "\\s*");
    private static final Pattern AND = Pattern.compile("AND\\b", Pattern.CASE_INSENSITIVE);

    private final Document document;
    private final FieldReader fields;
    private final TableName migrated;

    FollowsReader(Document document, TableName migrated) {
        this.document = document;
        this.fields = new FieldReader(document);
        this.migrated = migrated;
    }

    List<Follow> follows() {
        List<Follow> follows = new ArrayList<>();
        Set<TableName> seen = new HashSet<>();
        for (JsonNode given : document.root().path("fill").path("follows")) {
            FieldPath path = PATH.child(follows.size());
            TableName table =
                    fields.table(path.child("table"), given.path("table").asText());
            if (table.equals(migrated)) {
                throw wrong(
                        path.child("table"), "names the migrated table, whose rows can't be computed from each other");
            }
            if (!seen.add(table)) {
                throw wrong(path.child("table"), "names " + table + " a second time");
            }
            follows.add(
                    new Follow(table, pairs(path.child("on"), given.path("on").asText(), table)));
        }
        return follows;
    }

    private List<Pair> pairs(FieldPath path, String text, TableName followed) {
        List<Pair> pairs = new ArrayList<>();
        Matcher matcher = EQUALITY.matcher(text);
        int position = 0;
        while (true) {
            if (!matcher.region(position, text.length()).lookingAt()) {
                throw malformed(path, text, followed);
            }
            pairs.add(pair(path, matcher.group(1), matcher.group(2), followed));
            position = matcher.end();
            if (position == text.length()) {
                return pairs;
            }
            Matcher and = AND.matcher(text).region(position, text.length());
            if (!and.lookingAt()) {
                throw malformed(path, text, followed);
            }
            position = and.end();
        }
    }

    private Pair pair(FieldPath path, String left, String right, TableName followed) {
        List<String> one = fields.dotted(path, left);
        List<String> other = fields.dotted(path, right);
        if (isOf(followed, one) && isOf(migrated, other)) {
            return new Pair(last(one), last(other));
        }
        if (isOf(migrated, one) && isOf(followed, other)) {
            return new Pair(last(other), last(one));
        }
        throw wrong(
                path,
                "must compare a column of " + followed + " with one of " + migrated + ", got '" + left + " = " + right
                        + "'");
    }

    private static boolean isOf(TableName table, List<String> column) {
        boolean schemaFits = column.size() == 2 || column.get(0).equals(table.schema());
        return schemaFits && column.get(column.size() - 2).equals(table.name());
    }

    private static String last(List<String> names) {
        return names.get(names.size() - 1);
    }

    private SpecificationException malformed(FieldPath path, String text, TableName followed) {
        return wrong(
                path,
                "is one or more equalities with AND between them, for example " + followed.name() + ".email = "
                        + migrated.name() + ".email, got '" + text + "'");
    }

    private SpecificationException wrong(FieldPath path, String problem) {
        return document.flaw("wrong-value", path, path.words() + " " + problem, null);
    }
}
