package dev.infill.worker.postgres;

import org.postgresql.core.Parser;

/** Keeps the driver from taking an operator like {@code ?|} in an expression for a parameter. */
final class Placeholders {
    private Placeholders() {}

    /**
     * The expression with each {@code ?} doubled that the driver would take for a parameter, and no other: within quotes
     * and comments it does not look, and a doubled one would stay doubled. The driver's own parser says where those end;
     * it sees an {@code E'…'} only behind another character, so an expression comes in its brackets.
     */
    static String escaped(String expression) {
        char[] text = expression.toCharArray();
        StringBuilder escaped = new StringBuilder();
        int i = 0;
        while (i < text.length) {
            int last = Math.min(text.length - 1, lastOfToken(text, i));
            escaped.append(text, i, last - i + 1);
            if (text[i] == '?') {
                escaped.append('?');
            }
            i = last + 1;
        }
        return escaped.toString();
    }

    private static int lastOfToken(char[] text, int at) {
        return switch (text[at]) {
            case '\'' -> Parser.parseSingleQuotes(text, at, true);
            case '"' -> Parser.parseDoubleQuotes(text, at);
            case '-' -> Parser.parseLineComment(text, at);
            case '/' -> Parser.parseBlockComment(text, at);
            case '$' -> Parser.parseDollarQuotes(text, at);
            default -> at;
        };
    }
}
