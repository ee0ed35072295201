package dev.infill.specification;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that somebody most likely meant: the one with the fewest letters to insert, drop or replace. */
public final class Levenshtein {
    private Levenshtein() {}

    /** The nearest of the words, if it is near: a third of the letters may be wrong, and case never counts. */
    public static Optional<String> nearest(String given, Collection<String> words) {
        String folded = fold(given);
        int limit = Math.max(1, given.length() / 3);
        return words.stream()
                .filter(word -> distance(folded, fold(word)) <= limit)
                .min(Comparator.comparingInt((String word) -> distance(folded, fold(word)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static String fold(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int column = 0; column <= right.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            int[] current = new int[right.length() + 1];
            current[0] = row;
            for (int column = 1; column <= right.length(); column++) {
                int replaced = previous[column - 1] + (left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, 1 + Math.min(previous[column], current[column - 1]));
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
