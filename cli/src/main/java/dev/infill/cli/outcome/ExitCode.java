package dev.infill.cli.outcome;

import java.util.List;

/** What the process says to whoever started it. Documented: scripts depend on these numbers. */
public enum ExitCode {
    DONE(0, "done"),
    FAILED(1, "failed"),
    USAGE(2, "wrong usage, or an error in the specification or the configuration"),
    REFUSED(3, "the check refused the migration; nothing was touched"),
    DIFFERENCES(5, "verification found rows that differed"),
    STILL_RUNNING(8, "not yet: the migration is not complete, or not ready for what was asked"),
    INTERRUPTED(130, "interrupted");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** The number for {@link System#exit}. */
    public int number() {
        return number;
    }

    /** All of them, as the help prints them. */
    public static List<String> help() {
        return List.of(values()).stream()
                .map(code -> code.number + ":" + code.meaning)
                .toList();
    }
}
