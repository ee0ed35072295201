package dev.infill.specification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.Migration.Transform;
import dev.infill.protocol.TableName;
import dev.infill.specification.Specification.Another;
import dev.infill.specification.Specification.Check;
import dev.infill.specification.Specification.Constraints;
import dev.infill.specification.Specification.ForeignKey;
import dev.infill.specification.Specification.Gates;
import dev.infill.specification.Specification.Index;
import dev.infill.specification.Specification.IndexKey;
import dev.infill.specification.Specification.Opening;
import dev.infill.specification.Specification.Pace;
import dev.infill.specification.Specification.Ranges;
import dev.infill.specification.Specification.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads a specification and refuses what is wrong in it. */
public final class SpecificationReader {
    private final Document document;
    private final FieldReader fields;

    private SpecificationReader(Document document) {
        this.document = document;
        this.fields = new FieldReader(document);
    }

    /**
     * The specification that a YAML text means.
     *
     * @throws SpecificationException at the first mistake
     */
    public static Specification read(String text) {
        return read(text, null);
    }

    /** The same with another pace; null: as it is. */
    static Specification read(String text, @Nullable JsonNode pace) {
        Document document = Document.parse(text);
        NotYet.refuse(document);
        if (pace != null) {
            ((ObjectNode) document.root()).set("pace", pace);
        }
        PaceReader.spellOff(document.root().path("pace"));
        SpecificationSchema.check(document);
        return new SpecificationReader(document).specification();
    }

    /**
     * The line, from 1, where a field of a good specification stands, like {@code column.type}; the one around it where it is
     * left out.
     */
    public static int line(String text, String field) {
        return Document.parse(text).place(FieldPath.parse(field)).line();
    }

    private Specification specification() {
        JsonNode root = document.root();
        TableName table = fields.table(FieldPath.of("table"), root.path("table").asText());
        Target column = target(FieldPath.of("column"), root.path("column"));
        Specification specification = new Specification(
                root.path("migration").asText(),
                root.path("database").asText(),
                table,
                column,
                fill(root.path("fill")),
                each("also", this::another),
                new FollowsReader(document, table).follows(),
                Ranges.valueOf(root.path("ranges").asText("auto").toUpperCase(Locale.ROOT)),
                each("indexes", this::index),
                constraints(table, column),
                pace(root.path("pace")),
                gates(root.path("gates")),
                environments());
        refuseRepeatedNames(specification);
        return specification;
    }

    private Target target(FieldPath path, JsonNode column) {
        JsonNode given = column.path("default");
        return new Target(
                fields.name(path.child("name"), column.path("name").asText()),
                fields.sql(path.child("type"), column.path("type").asText()),
                given.isMissingNode() ? null : fields.sql(path.child("default"), given.asText()));
    }

    private Another another(FieldPath path, JsonNode column) {
        if (document.root().at("/fill/transform").isTextual()) {
            throw document.flaw(
                    "wrong-value",
                    path,
                    "also is for expressions; a transform computes one column and needs a migration of its own",
                    null);
        }
        return new Another(
                target(path, column),
                fields.sql(path.child("expression"), column.path("expression").asText()));
    }

    private Fill fill(JsonNode fill) {
        JsonNode where = fill.path("where");
        Transform transform = fill.has("transform") ? transform(fill) : null;
        return new Fill(
                transform == null ? expression(fill) : Fill.NOTHING,
                Keep.valueOf(fill.path("keep").asText("derived").toUpperCase(Locale.ROOT)),
                where.isMissingNode() ? null : fields.sql(FieldPath.of("fill", "where"), where.asText()),
                transform);
    }

    private String expression(JsonNode fill) {
        FieldPath path = FieldPath.of("fill", "expression");
        refuse(fill, "reads", "is for a transform; an expression names its columns itself");
        if (!fill.has("expression")) {
            throw document.flaw(
                    "missing-field", path, path.words() + " is missing (or fill.transform with fill.reads)", null);
        }
        return fields.sql(path, fill.path("expression").asText());
    }

    private Transform transform(JsonNode fill) {
        if (fill.has("expression")) {
            refuse(fill, "transform", "and fill.expression can't both compute the column");
        }
        refuse(fill, "follows", "is for an expression; a transform is given its row alone");
        FieldPath path = FieldPath.of("fill", "reads");
        if (!fill.has("reads")) {
            throw document.flaw("missing-field", path, path.words() + " is missing", null);
        }
        List<String> reads = new ArrayList<>();
        for (JsonNode column : fill.path("reads")) {
            reads.add(fields.name(path.child(reads.size()), column.asText()));
        }
        return new Transform(fill.path("transform").asText(), reads);
    }

    private void refuse(JsonNode fill, String field, String why) {
        if (fill.has(field)) {
            FieldPath path = FieldPath.of("fill", field);
            throw document.flaw("wrong-value", path, path.words() + " " + why, null);
        }
    }

    private Index index(FieldPath path, JsonNode index) {
        List<IndexKey> columns = new ArrayList<>();
        for (JsonNode column : index.path("columns")) {
            columns.add(indexKey(path.child("columns").child(columns.size()), column.asText()));
        }
        List<String> include = new ArrayList<>();
        for (JsonNode column : index.path("include")) {
            include.add(fields.name(path.child("include").child(include.size()), column.asText()));
        }
        JsonNode where = index.path("where");
        return new Index(
                fields.name(path.child("name"), index.path("name").asText()),
                columns,
                index.path("unique").asBoolean(false),
                include,
                where.isMissingNode() ? "" : fields.sql(path.child("where"), where.asText()));
    }

    /** A column's name, or SQL in parentheses; SQL without them is what most people write first. */
    private IndexKey indexKey(FieldPath path, String given) {
        String text = given.strip();
        if (text.startsWith("(") && text.endsWith(")")) {
            return new IndexKey(fields.sql(path, text.substring(1, text.length() - 1)), true);
        }
        if (!text.startsWith("\"") && text.contains("(")) {
            throw document.flaw(
                    "wrong-name",
                    path,
                    path.words() + " is not a column's name, and SQL stands in parentheses here, got '" + text + "'",
                    "(" + text + ")");
        }
        return new IndexKey(fields.name(path, text), false);
    }

    private Constraints constraints(TableName table, Target column) {
        JsonNode constraints = document.root().path("constraints");
        List<Check> checks = new ArrayList<>();
        for (JsonNode check : constraints.path("checks")) {
            FieldPath path = FieldPath.of("constraints", "checks").child(checks.size());
            checks.add(new Check(
                    fields.name(path.child("name"), check.path("name").asText()),
                    fields.sql(
                            path.child("expression"), check.path("expression").asText())));
        }
        JsonNode key = constraints.path("foreignKey");
        return new Constraints(
                constraints.path("notNull").asBoolean(false),
                checks,
                key.isMissingNode() ? null : foreignKey(key, table, column));
    }

    private ForeignKey foreignKey(JsonNode key, TableName table, Target column) {
        FieldPath path = FieldPath.of("constraints", "foreignKey");
        FieldPath references = path.child("references");
        List<String> parts = fields.reference(references, key.path("references").asText());
        String given = key.path("name").asText("");
        String name = given.isEmpty()
                ? fields.name(path, Identifier.quote(table.name() + "_" + column.name() + "_fkey"))
                : fields.name(path.child("name"), given);
        return new ForeignKey(name, fields.table(references, parts.get(0)), fields.name(references, parts.get(1)));
    }

    private Pace pace(JsonNode pace) {
        return new PaceReader(fields, pace).pace();
    }

    private Gates gates(JsonNode gates) {
        Gates standard = Gates.DEFAULT;
        return new Gates(
                opening(gates.path("reads"), standard.reads()),
                opening(gates.path("writes"), standard.writes()),
                fields.duration(FieldPath.of("gates", "quiet"), gates.path("quiet"), standard.quiet()),
                fields.duration(FieldPath.of("gates", "staleness"), gates.path("staleness"), standard.staleness()));
    }

    private static Opening opening(JsonNode gate, Opening standard) {
        return gate.isMissingNode() ? standard : Opening.valueOf(gate.asText().toUpperCase(Locale.ROOT));
    }

    private List<String> environments() {
        return each("environments", (path, environment) -> environment.asText());
    }

    private <T> List<T> each(String list, BiFunction<FieldPath, JsonNode, T> read) {
        List<T> values = new ArrayList<>();
        for (JsonNode element : document.root().path(list)) {
            values.add(read.apply(FieldPath.of(list).child(values.size()), element));
        }
        return values;
    }

    private void refuseRepeatedNames(Specification specification) {
        Set<String> columns = new HashSet<>(Set.of(specification.column().name()));
        for (int i = 0; i < specification.also().size(); i++) {
            refuseRepeated(
                    FieldPath.of("also").child(i),
                    specification.also().get(i).column().name(),
                    columns);
        }
        Set<String> indexes = new HashSet<>();
        for (int i = 0; i < specification.indexes().size(); i++) {
            refuseRepeated(
                    FieldPath.of("indexes").child(i),
                    specification.indexes().get(i).name(),
                    indexes);
        }
        List<Check> checks = specification.constraints().checks();
        Set<String> constraints = new HashSet<>();
        for (int i = 0; i < checks.size(); i++) {
            refuseRepeated(
                    FieldPath.of("constraints", "checks").child(i),
                    checks.get(i).name(),
                    constraints);
        }
        @Nullable ForeignKey key = specification.constraints().foreignKey();
        if (key != null) {
            refuseRepeated(FieldPath.of("constraints", "foreignKey"), key.name(), constraints);
        }
    }

    private void refuseRepeated(FieldPath path, String name, Set<String> seen) {
        if (!seen.add(name)) {
            throw document.flaw("repeated-name", path.child("name"), "the name '" + name + "' is taken above", null);
        }
    }
}
