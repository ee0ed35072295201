package dev.infill.cli.screen;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Words {
    private static final double MANY_MILLIS = 1000;
    private static final double SOME_MILLIS = 100;
    private static final double FEW_MILLIS = 10;
    private static final int MINUTE = 60;
    private static final int HOUR = 3600;
    private static final int DAY = 86_400;
    private static final double UNIT = 1024;

    private Words() {}

    /** {@code 271,340}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 row}, {@code 271,340 rows}. */
    public static String count(long number, String one) {
        return count(number, one, one + "s");
    }

    /** {@code 1 entry}, {@code 12 entries}. */
    public static String count(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }

    /** {@code 3 s}, {@code 4 min 10 s}, {@code 7 h 3 min}, {@code 2 d 5 h}. */
    public static String seconds(long seconds) {
        if (seconds < 2 * MINUTE) {
            return seconds + " s";
        }
        if (seconds < 2 * HOUR) {
            return seconds / MINUTE + " min " + seconds % MINUTE + " s";
        }
        return seconds < 2 * DAY
                ? seconds / HOUR + " h " + seconds % HOUR / MINUTE + " min"
                : seconds / DAY + " d " + seconds % DAY / HOUR + " h";
    }

    /** {@code 2.4 s} below two minutes, then as {@link #seconds}. */
    public static String duration(Duration duration) {
        return duration.toSeconds() < 2 * MINUTE
                ? String.format(Locale.ROOT, "%.1f s", duration.toMillis() / MANY_MILLIS)
                : seconds(duration.toSeconds());
    }

    /** {@code 0.84 ms}, {@code 12.3 ms}, {@code 480 ms}, {@code 2.1 s}. */
    public static String millis(double millis) {
        if (millis >= MANY_MILLIS) {
            return String.format(Locale.ROOT, "%.1f s", millis / MANY_MILLIS);
        }
        String pattern = millis >= SOME_MILLIS ? "%.0f ms" : millis >= FEW_MILLIS ? "%.1f ms" : "%.2f ms";
        return String.format(Locale.ROOT, pattern, millis);
    }

    /** {@code 299 MB}. */
    public static String bytes(long bytes) {
        double rest = bytes;
        for (String unit : new String[] {"bytes", "kB", "MB", "GB"}) {
            if (Math.abs(rest) < UNIT) {
                return String.format(
                        Locale.ROOT, unit.equals("bytes") || rest >= FEW_MILLIS ? "%.0f %s" : "%.1f %s", rest, unit);
            }
            rest /= UNIT;
        }
        return String.format(Locale.ROOT, "%.1f TB", rest);
    }

    /** {@code 54 %}. */
    public static String percent(double share) {
        return Math.round(Math.floor(share * 100)) + " %";
    }
}
