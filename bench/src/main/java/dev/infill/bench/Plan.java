package dev.infill.bench;

import dev.infill.bench.candidate.Candidate;
import dev.infill.bench.table.TableShape;
import java.util.List;

/**
 * What is measured.
 *
 * @param profile what this set of shapes is called
 * @param rounds how often each candidate fills each shape
 */
public record Plan(String profile, List<TableShape> shapes, List<Candidate> candidates, int rounds) {
    public Plan {
        shapes = List.copyOf(shapes);
        candidates = List.copyOf(candidates);
        if (shapes.isEmpty() || candidates.isEmpty() || rounds < 1) {
            throw new IllegalArgumentException("nothing to measure: there must be a shape, a candidate and a round");
        }
    }
}
