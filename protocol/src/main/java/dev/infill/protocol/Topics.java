package dev.infill.protocol;

/**
 * The names of topics and groups.
 *
 * @param prefix {@code infill} unless several installations share a Kafka
 */
public record Topics(String prefix) {
    public Topics {
        if (!prefix.matches("[a-zA-Z0-9._-]{1,80}")) {
            throw new IllegalArgumentException(
                    "kafka.prefix has 1 to 80 letters, digits, dots, dashes or underscores, got '" + prefix + "'");
        }
    }

    /** Range tasks of one migration. */
    public String tasks(String migration) {
        return prefix + ".tasks." + migration;
    }

    /** What workers report. */
    public String results() {
        return prefix + ".results";
    }

    /** Changed keys and barriers of one database. */
    public String changes(String database) {
        return prefix + ".changes." + database;
    }

    /** Directives, compacted, one partition. */
    public String control() {
        return prefix + ".control";
    }

    /** Progress by migration, compacted. */
    public String progress() {
        return prefix + ".progress";
    }

    /** Lifecycle and audit events for whoever listens. */
    public String events() {
        return prefix + ".events";
    }

    /** Keys that could not be written, with the error. */
    public String deadLetters() {
        return prefix + ".dead-letters";
    }

    /** The one group of all workers for range tasks: its lag is the work left. */
    public String workersGroup() {
        return prefix + ".workers";
    }

    /** The group that repairs changed rows; a stream of changes never ends, so it has a group of its own. */
    public String repairGroup() {
        return prefix + ".repair";
    }

    /** The Kafka Streams application that sums results up. */
    public String progressApplication() {
        return prefix + ".progress";
    }
}
