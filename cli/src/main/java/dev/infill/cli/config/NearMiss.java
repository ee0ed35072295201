package dev.infill.cli.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Guesses what somebody meant to type. */
final class NearMiss {
    private NearMiss() {}

    /** The end of a sentence about an unknown name: the nearest of the known ones, or all of them. */
    static String hint(String given, Collection<String> known) {
        return of(given, known)
                .map(name -> "; did you mean '" + name + "'?")
                .orElseGet(() -> "; known are " + known.stream().sorted().collect(Collectors.joining(", ")));
    }

    /** The nearest name, if one is near. */
    static Optional<String> of(String given, Collection<String> names) {
        return names.stream()
                .filter(name -> distance(given, name) <= Math.max(2, name.length() / 3))
                .min(Comparator.comparingInt(name -> distance(given, name)));
    }

    /** Levenshtein's, blind to case. */
    static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
