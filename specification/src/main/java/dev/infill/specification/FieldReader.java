package dev.infill.specification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.infill.protocol.TableName;
import dev.infill.specification.Specification.Window;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads single values whose form the schema has checked already, and says where they stand when they make no sense. */
final class FieldReader {
    private static final Map<String, Duration> TIMES = Map.of(
            "ms",
            Duration.ofMillis(1),
            "s",
            Duration.ofSeconds(1),
            "m",
            Duration.ofMinutes(1),
            "h",
            Duration.ofHours(1));
    /** As PostgreSQL counts: in powers of 1024. */
    private static final Map<String, Long> SIZES =
            Map.of("kB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30, "TB", 1L << 40);

    private final Document document;

    FieldReader(Document document) {
        this.document = document;
    }

    /** A table; in {@code public} where no schema is named. */
    TableName table(FieldPath path, String text) {
        List<String> names = at(path, () -> SqlNames.dotted(text, 2));
        return names.size() == 1 ? new TableName("public", names.get(0)) : new TableName(names.get(0), names.get(1));
    }

    /** A name without a schema. */
    String name(FieldPath path, String text) {
        return at(path, () -> SqlNames.dotted(text, 1)).get(0);
    }

    /** A column's name behind its table's, with or without a schema in front. */
    List<String> dotted(FieldPath path, String text) {
        return at(path, () -> SqlNames.dotted(text, 3));
    }

    /** A table and one of its columns, both still as written. */
    List<String> reference(FieldPath path, String text) {
        return at(path, () -> SqlNames.reference(text));
    }

    /** SQL text, without the white space around it. */
    String sql(FieldPath path, String text) {
        if (text.isBlank()) {
            throw document.flaw("wrong-value", path, path.words() + " is empty", null);
        }
        if (text.indexOf('\0') >= 0) {
            throw document.flaw("wrong-value", path, path.words() + " contains a NUL", null);
        }
        return text.strip();
    }

    Duration duration(FieldPath path, JsonNode given, Duration standard) {
        if (given.isMissingNode()) {
            return standard;
        }
        Duration unit = TIMES.getOrDefault(unit(given.asText()), Duration.ZERO);
        Duration duration = unit.multipliedBy(number(given.asText()));
        if (duration.isZero()) {
            throw document.flaw("wrong-value", path, path.words() + " must be longer than nothing", null);
        }
        return duration;
    }

    long bytes(FieldPath path, JsonNode given) {
        long bytes = SIZES.getOrDefault(unit(given.asText()), 0L) * number(given.asText());
        if (bytes == 0) {
            throw document.flaw("wrong-value", path, path.words() + " must be more than nothing", null);
        }
        return bytes;
    }

    /** A limit that may be off. */
    <T> @Nullable T limit(
            FieldPath path, JsonNode given, @Nullable T standard, BiFunction<FieldPath, JsonNode, T> read) {
        if (given.isMissingNode()) {
            return standard;
        }
        return given.asText().equals("off") ? null : read.apply(path, given);
    }

    /** A duration that is there. */
    Duration duration(FieldPath path, JsonNode given) {
        return duration(path, given, Duration.ZERO);
    }

    Window window(FieldPath path, String text) {
        int dash = text.indexOf('-');
        int space = text.indexOf(' ');
        LocalTime from = LocalTime.parse(text.substring(0, dash));
        LocalTime to = LocalTime.parse(text.substring(dash + 1, space));
        if (from.equals(to)) {
            throw document.flaw("wrong-value", path, path.words() + " ends when it begins", null);
        }
        String zone = text.substring(space + 1);
        try {
            return new Window(from, to, ZoneId.of(zone));
        } catch (DateTimeException e) {
            String near =
                    Levenshtein.nearest(zone, ZoneId.getAvailableZoneIds()).orElse(null);
            String sentence = path.words() + " names an unknown time zone '" + zone + "'";
            throw document.flaw("wrong-value", path, sentence, near);
        }
    }

    private <T> T at(FieldPath path, Supplier<T> read) {
        try {
            return read.get();
        } catch (SqlNames.NameTooLongException e) {
            throw document.flaw("name-too-long", path, path.words() + ": " + e.getMessage(), null);
        } catch (IllegalArgumentException e) {
            throw document.flaw("wrong-name", path, path.words() + ": " + e.getMessage(), null);
        }
    }

    private static String unit(String amount) {
        return amount.replaceFirst("^[0-9]+", "");
    }

    private static long number(String amount) {
        return Long.parseLong(amount.replaceFirst("[a-zA-Z]+$", ""));
    }
}
