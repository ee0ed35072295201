package dev.infill.cli.screen;

import dev.infill.protocol.status.Proof.Faults;
import java.util.ArrayList;
import java.util.List;

/** What went wrong on a migration's way, in words. */
public final class FaultWords {
    private FaultWords() {}

    /** One text for each kind of fault; none where nothing went wrong. */
    public static List<String> of(Faults faults) {
        List<String> words = new ArrayList<>();
        add(words, faults.retaken(), "range", "ranges", "taken over by another worker");
        add(words, faults.errors(), "batch", "batches", "tried again after an error");
        add(words, faults.gaps(), "gap", "gaps", "in the log, after which all was filled and verified again");
        add(words, faults.cutAnew(), "rewrite", "rewrites", "of the table, after which it was cut anew");
        add(
                words,
                faults.leftDiffering(),
                "row",
                "rows",
                "found different and left, because the application owned them");
        faults.rejections()
                .forEach(rejection -> words.add(Words.count(rejection.rows(), "row")
                        + " refused by PostgreSQL: SQLSTATE " + rejection.sqlState()
                        + (rejection.detail().isEmpty() ? "" : ", " + rejection.detail())));
        return words;
    }

    private static void add(List<String> words, long number, String one, String many, String rest) {
        if (number > 0) {
            words.add(Words.count(number, one, many) + " " + rest);
        }
    }
}
