package dev.infill.bench.candidate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** All candidates by name. */
public final class Candidates {
    /** What all others are compared with. */
    public static final String REFERENCE = "one-update";

    private static final List<Integer> WORKERS = List.of(1, 2, 4);
    private static final int MOST_WORKERS = 64;

    private Candidates() {}

    /** Every one that is measured when nobody chooses. */
    public static List<Candidate> all(InfillRun.Program program) {
        List<Candidate> all =
                new ArrayList<>(List.of(new OneUpdate(), new KeysetLoop(), new RangeLoop(), new TouchLoop()));
        WORKERS.forEach(workers -> all.add(new InfillRun(program, workers, Occasion.FILL)));
        return all;
    }

    /** One by its name; any number of workers will do, and an occasion may stand behind it. */
    public static Candidate named(String name, InfillRun.Program program) {
        for (Occasion occasion : Occasion.values()) {
            if (name.matches("infill-\\d{1,2}" + occasion.suffix())) {
                int workers = Integer.parseInt(name.replaceAll("\\D", ""));
                if (workers >= 1 && workers <= MOST_WORKERS) {
                    return new InfillRun(program, workers, occasion);
                }
            }
        }
        List<Candidate> all = all(program);
        return all.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + name + "' is no candidate: there are "
                        + all.stream().map(Candidate::name).collect(Collectors.joining(", "))
                        + ", infill-N with another number of workers, infill-N-again on a table that is filled,"
                        + " infill-N-repair and infill-N-plan"));
    }
}
