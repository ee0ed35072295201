package dev.infill.coordinator.check;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks at the text of an expression before it stands between parentheses in SQL: nothing in it may close them, and nothing may
 * begin another statement. What it means, only the server judges.
 *
 * <p>Words, quotes and comments begin and end where PostgreSQL's own scanner (scan.l) has them: every sign beyond ASCII belongs to a
 * word, and a carriage return ends a comment. Where the driver's scanner is known to see it otherwise, the text is refused.
 */
final class ExpressionText {
    private static final char LAST_ASCII = 0x7F;

    private final String text;
    private final Set<String> words = new TreeSet<>();
    private int position;
    private int depth;
    private String trouble = "";

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
                return seen(
                        trouble.isEmpty() ? "what begins at position " + (begin + 1) + " does not end" : trouble,
                        false);
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
            lineComment();
            return true;
        }
        if (text.startsWith("/*", position)) {
            return comment();
        }
        if (sign == '$' && !isWordSign(previous())) {
            return dollar();
        }
        if (isWordStart(sign)) {
            return word();
        }
        position++;
        return true;
    }

    private char previous() {
        return position == 0 ? ' ' : text.charAt(position - 1);
    }

    /** The newline that every template puts after an expression ends one that is open. */
    private void lineComment() {
        while (position < text.length() && text.charAt(position) != '\n' && text.charAt(position) != '\r') {
            position++;
        }
    }

    private boolean quoted(char quote, boolean escapes) {
        for (int at = position + 1; at < text.length(); at++) {
            if (escapes && text.charAt(at) == '\\') {
                at++;
            } else if (text.charAt(at) == quote) {
                position = at + 1;
                return !escapes || isOver();
            }
        }
        return false;
    }

    /**
     * Whether an E'…' is over. To PostgreSQL a quote that follows, at once or on another line, goes on with it, and a backslash still
     * escapes; to the driver it begins a plain string.
     */
    private boolean isOver() {
        int end = position;
        while (position < text.length()) {
            if (text.startsWith("--", position)) {
                lineComment();
            } else if (Character.isWhitespace(text.charAt(position))) {
                position++;
            } else {
                break;
            }
        }
        if (position < text.length() && text.charAt(position) == '\'') {
            trouble = "the E'…' string goes on behind position " + end
                    + "; write it in one piece, and \\' for a quote in it";
            return false;
        }
        return true;
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
        if (!tag.matches("\\$([A-Za-z_\\x{80}-\\x{10FFFF}][A-Za-z0-9_\\x{80}-\\x{10FFFF}]*)?\\$")) {
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

    private static boolean isWordStart(char sign) {
        return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') || sign == '_' || sign > LAST_ASCII;
    }

    private static boolean isWordSign(char sign) {
        return isWordStart(sign) || (sign >= '0' && sign <= '9') || sign == '$';
    }
}
