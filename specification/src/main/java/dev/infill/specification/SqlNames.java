package dev.infill.specification;

import dev.infill.protocol.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads names as SQL does: {@code schema.table}, {@code "My Schema"."T"}; without quotes they become lower case. */
final class SqlNames {
    private static final Pattern NAME =
            Pattern.compile("\\s*(?:\"((?:[^\"]|\"\")+)\"|([\\p{L}_][\\p{L}\\p{N}_$]*))\\s*");
    private static final Pattern REFERENCE = Pattern.compile("(.+?)\\(([^()]+|[^()]*\"(?:[^\"]|\"\")+\"\\s*)\\)\\s*");

    private SqlNames() {}

    /**
     * The names between the dots.
     *
     * @throws IllegalArgumentException with a sentence for the submitter
     */
    static List<String> dotted(String text, int atMost) {
        List<String> names = new ArrayList<>();
        Matcher matcher = NAME.matcher(text);
        int position = 0;
        while (true) {
            if (!matcher.find(position) || matcher.start() != position) {
                throw new IllegalArgumentException("'" + text + "' is not a name as SQL has them; names with other"
                        + " signs than letters, digits and _ stand in double quotes");
            }
            names.add(checked(unquoted(matcher)));
            position = matcher.end();
            if (position == text.length()) {
                break;
            }
            if (text.charAt(position) != '.') {
                throw new IllegalArgumentException("'" + text + "' has an unexpected '" + text.charAt(position)
                        + "'; names with other signs than letters, digits and _ stand in double quotes");
            }
            position++;
        }
        if (names.size() > atMost) {
            throw new IllegalArgumentException(
                    "'" + text + "' has " + names.size() + " parts, expected at most " + atMost);
        }
        return names;
    }

    /** What stands before the parentheses, and in them. */
    static List<String> reference(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a table with one column, for example public.customers(id)");
        }
        return List.of(matcher.group(1), matcher.group(2));
    }

    private static String unquoted(Matcher matcher) {
        String quoted = matcher.group(1);
        return quoted == null ? matcher.group(2).toLowerCase(Locale.ROOT) : quoted.replace("\"\"", "\"");
    }

    private static String checked(String name) {
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name contains a NUL, which PostgreSQL has in no name");
        }
        int bytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        if (bytes > Identifier.MAX_BYTES) {
            throw new NameTooLongException("'" + name + "' has " + bytes + " bytes; PostgreSQL would cut it off after "
                    + Identifier.MAX_BYTES);
        }
        return name;
    }

    /** A name that PostgreSQL would cut off. */
    static final class NameTooLongException extends IllegalArgumentException {
        private NameTooLongException(String message) {
            super(message);
        }
    }
}
