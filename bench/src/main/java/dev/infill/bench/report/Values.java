package dev.infill.bench.report;

import dev.infill.bench.candidate.Candidates;
import dev.infill.bench.measure.Measurement;
import dev.infill.bench.report.Results.ShapeResult;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** One number over all rounds, from the least to the most; rounds that have none are left out. */
record Values(List<Double> sorted) {
    Values {
        sorted = List.copyOf(sorted);
    }

    /** In any order, with those that are no number. */
    static Values of(DoubleStream values) {
        return new Values(values.filter(Double::isFinite).sorted().boxed().toList());
    }

    /** A figure of one candidate. */
    static Values of(ShapeResult result, String candidate, Figure figure) {
        return of(result, candidate, figure::of);
    }

    private static Values of(ShapeResult result, String candidate, ToDoubleFunction<Measurement> reader) {
        return of(result.measurements().stream()
                .filter(one -> one.candidate().equals(candidate))
                .mapToDouble(reader));
    }

    /** A figure of one candidate over the same of another in the same round, because a noisy neighbour slows both. */
    static Values ratio(ShapeResult result, String candidate, String other, Figure figure) {
        return of(
                result,
                candidate,
                one -> result.measurements().stream()
                        .filter(them -> them.candidate().equals(other) && them.round() == one.round())
                        .mapToDouble(them -> figure.of(one) / figure.of(them))
                        .findFirst()
                        .orElse(Double.NaN));
    }

    /** {@link #ratio} to the one that all are compared with. */
    static Values ratio(ShapeResult result, String candidate, Figure figure) {
        return ratio(result, candidate, Candidates.REFERENCE, figure);
    }

    boolean isEmpty() {
        return sorted.isEmpty();
    }

    double median() {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double least() {
        return sorted.get(0);
    }

    double most() {
        return sorted.get(sorted.size() - 1);
    }
}
