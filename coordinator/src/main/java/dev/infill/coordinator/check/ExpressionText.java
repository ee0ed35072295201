package dev.infill.coordinator.check;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks at the text of an expression before it stands between parentheses in SQL: nothing in it may close them, and nothing may
 * begin another statement. What it means, only the server judges.
 */
final class ExpressionText {
    private final String text;
    private final Set<String> words = new TreeSet<>();
    private int position;
    private int depth;

    private ExpressionText(String text) {
        this.text = text;
    }

    /**
     * What was seen.
     *
     * @param problem empty when nothing is wrong with the text
     * @param severalStatements whether the problem is a semicolon
     * @param words all words outside quotes, in lower case
     */
    record Seen(Optional<String> problem, boolean severalStatements, Set<String> words) {
        /** Whether a word begins a subquery. */
        boolean hasSubquery() {
            return words.contains("select") || words.contains("table") || words.contains("values");
        }
    }

    static Seen look(String text) {
        return new ExpressionText(text).look();
    }

    private Seen look() {
        while (position < text.length()) {
            char sign = text.charAt(position);
            if (sign == ';') {
                return seen("it has a semicolon at position " + (position + 1), true);
            }
            depth += sign == '(' ? 1 : sign == ')' ? -1 : 0;
            if (depth < 0) {
                return seen("the parenthesis at position " + (position + 1) + " closes none", false);
            }
            int begin = position;
            if (!skip(sign)) {
                return seen("what begins at position " + (begin + 1) + " does not end", false);
            }
        }
        return depth > 0 ? seen("a parenthesis is not closed", false) : new Seen(Optional.empty(), false, words);
    }

    private Seen seen(String problem, boolean severalStatements) {
        return new Seen(Optional.of(problem), severalStatements, words);
    }

    /** Goes on behind what begins here; false where it never ends. */
    private boolean skip(char sign) {
        if (sign == '\'' || sign == '"') {
            return quoted(sign, false);
        }
        if (text.startsWith("--", position)) {
            int end = text.indexOf('\n', position);
            // The newline that every template puts after an expression ends it.
            position = end < 0 ? text.length() : end;
            return true;
        }
        if (text.startsWith("/*", position)) {
            return comment();
        }
        if (sign == '$' && !isWordSign(previous())) {
            return dollar();
        }
        if (Character.isLetter(sign) || sign == '_') {
            return word();
        }
        position++;
        return true;
    }

    private char previous() {
        return position == 0 ? ' ' : text.charAt(position - 1);
    }

    private boolean quoted(char quote, boolean escapes) {
        for (int at = position + 1; at < text.length(); at++) {
            if (escapes && text.charAt(at) == '\\') {
                at++;
            } else if (text.charAt(at) == quote) {
                position = at + 1;
                return true;
            }
        }
        return false;
    }

    private boolean comment() {
        int nested = 0;
        for (int at = position; at < text.length(); at++) {
            if (text.startsWith("/*", at)) {
                nested++;
                at++;
            } else if (text.startsWith("*/", at)) {
                nested--;
                at++;
            }
            if (nested == 0) {
                position = at + 1;
                return true;
            }
        }
        return false;
    }

    private boolean dollar() {
        int tagEnd = text.indexOf('$', position + 1);
        String tag = tagEnd < 0 ? "" : text.substring(position, tagEnd + 1);
        if (!tag.matches("\\$([\\p{L}_][\\p{L}\\p{N}_]*)?\\$")) {
            position++;
            return true;
        }
        int end = text.indexOf(tag, tagEnd + 1);
        position = end + tag.length();
        return end >= 0;
    }

    private boolean word() {
        int begin = position;
        while (position < text.length() && isWordSign(text.charAt(position))) {
            position++;
        }
        String word = text.substring(begin, position).toLowerCase(Locale.ROOT);
        if (position < text.length() && text.charAt(position) == '\'' && word.equals("e")) {
            return quoted('\'', true);
        }
        words.add(word);
        return true;
    }

    private static boolean isWordSign(char sign) {
        return Character.isLetterOrDigit(sign) || sign == '_' || sign == '$';
    }
}
