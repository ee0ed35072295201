package dev.infill.specification;

import java.util.ArrayList;
import java.util.List;

/** Where in a specification a value stands: names and positions from the root. */
record FieldPath(List<String> steps) {
    static final FieldPath ROOT = new FieldPath(List.of());

    FieldPath {
        steps = List.copyOf(steps);
    }

    static FieldPath of(String... steps) {
        return new FieldPath(List.of(steps));
    }

    /** Reads {@link #words()} back. */
    static FieldPath parse(String words) {
        return of(words.replace("[", ".[").split("\\."));
    }

    FieldPath child(String step) {
        List<String> longer = new ArrayList<>(steps);
        longer.add(step);
        return new FieldPath(longer);
    }

    FieldPath child(int position) {
        return child("[" + position + "]");
    }

    FieldPath parent() {
        return new FieldPath(steps.subList(0, Math.max(0, steps.size() - 1)));
    }

    /** As users know it: {@code indexes[0].columns}. */
    String words() {
        return String.join(".", steps).replace(".[", "[");
    }
}
