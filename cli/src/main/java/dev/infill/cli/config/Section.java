package dev.infill.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A mapping of the file. Its fields are asked for one by one; one that nobody asked for is an error. */
final class Section {
    private final Source source;
    private final String path;
    private final Map<String, NodeTuple> fields = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    private Section(Source source, String path) {
        this.source = source;
        this.path = path;
    }

    static Section of(Source source, String path, Node node) {
        if (!(node instanceof MappingNode mapping)) {
            throw source.error(node, path, "must have fields of its own, like 'name: value'");
        }
        Section section = new Section(source, path);
        for (NodeTuple tuple : mapping.getValue()) {
            String name = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            if (section.fields.put(name, tuple) != null) {
                throw source.error(tuple.getKeyNode(), section.at(name), "stands here twice; keep one");
            }
        }
        return section;
    }

    /** The value, with {@code ${env:NAME}} replaced; empty when the field is missing or null. */
    Optional<String> text(String name) {
        return node(name).map(node -> {
            if (!(node instanceof ScalarNode scalar)) {
                throw source.error(node, at(name), "must be a single value");
            }
            return source.resolve(scalar, at(name));
        });
    }

    /** The value of a field that must be there. */
    String requiredText(String name) {
        return text(name).filter(value -> !value.isBlank()).orElseThrow(() -> missing(name));
    }

    /** A field that is missing may only be misspelt. */
    private RuntimeException missing(String name) {
        Set<String> others = new LinkedHashSet<>(fields.keySet());
        others.removeAll(known);
        return NearMiss.of(name, others)
                .map(other -> unknown(other, Set.of(name)))
                .orElseGet(() -> source.error(null, at(name), "is missing; give it a value"));
    }

    int number(String name, int otherwise, int least, int most) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        int value = text.filter(digits -> digits.matches("-?\\d{1,9}"))
                .map(Integer::parseInt)
                .orElse(Integer.MIN_VALUE);
        if (value < least || value > most) {
            throw source.error(
                    node(name).orElse(null),
                    at(name),
                    "must be a number from %d to %d, got '%s'".formatted(least, most, text.get()));
        }
        return value;
    }

    /** A field that has fields; without it, one without fields. */
    Section section(String name) {
        return node(name)
                .map(node -> Section.of(source, at(name), node))
                .orElseGet(() -> new Section(source, at(name)));
    }

    /** Every field of this section as a section, by name: for what the operator names. */
    Map<String, Section> all() {
        Map<String, Section> sections = new LinkedHashMap<>();
        for (String name : List.copyOf(fields.keySet())) {
            sections.put(name, section(name));
        }
        return sections;
    }

    /** Says no to the first field that nobody asked for. */
    void end() {
        List<String> unknown = new ArrayList<>(fields.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw unknown(unknown.get(0), known);
        }
    }

    private RuntimeException unknown(String name, Set<String> expected) {
        NodeTuple tuple = fields.get(name);
        return source.error(
                tuple == null ? null : tuple.getKeyNode(),
                at(name),
                "is not known here" + NearMiss.hint(name, expected));
    }

    /** An error that the caller found in a field. */
    RuntimeException error(String name, String what) {
        return source.error(node(name).orElse(null), at(name), what);
    }

    private Optional<Node> node(String name) {
        known.add(name);
        NodeTuple tuple = fields.get(name);
        return Optional.ofNullable(tuple)
                .map(NodeTuple::getValueNode)
                .filter(node -> !node.getTag().equals(Tag.NULL));
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
