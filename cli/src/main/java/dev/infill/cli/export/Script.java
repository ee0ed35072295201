package dev.infill.cli.export;

import dev.infill.specification.Specification;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of scripts that a schema change can be written as. */
public enum Script {
    /**
     * One transaction, as Flyway runs it by default, so that a copy has all of it or nothing. Not {@code CONCURRENTLY} with
     * {@code executeInTransaction=false}: on PostgreSQL Flyway holds a transaction open for its lock, for which a concurrent
     * build waits for ever, and half a migration must be repaired by hand. Where Infill was at work no statement runs and no
     * lock is taken; a large table where it was not is refused, for there an index build would block writes.
     */
    FLYWAY {
        @Override
        public String text(Specification specification) {
            String guard = tooLarge(specification);
            return header(specification, "Flyway, in one transaction")
                    + SchemaChange.together(specification).stream()
                            .map(step -> guarded(step, step.name().equals("column") ? "" : guard))
                            .collect(Collectors.joining("\n"));
        }

        @Override
        public String fileName(Specification specification, String version) {
            return "V" + version + "__" + specification.migration().replace('-', '_') + ".sql";
        }
    },

    /**
     * A changeset for each step, in Infill's safe order, with the state that it needs as a precondition. Indexes are built
     * concurrently and outside a transaction: Liquibase holds none open meanwhile.
     */
    LIQUIBASE {
        @Override
        public String text(Specification specification) {
            return "--liquibase formatted sql\n\n" + header(specification, "Liquibase, in the order that blocks nobody")
                    + SchemaChange.safe(specification).stream()
                            .map(step -> changeset(specification, step))
                            .collect(Collectors.joining("\n"));
        }

        @Override
        public String fileName(Specification specification, String version) {
            return specification.migration() + ".sql";
        }
    },

    /** Statements for any client that runs each in a transaction of its own, in Infill's safe order. */
    SQL {
        @Override
        public String text(Specification specification) {
            return header(
                            specification,
                            "any client that commits each statement, like psql without --single-transaction")
                    + SchemaChange.safe(specification).stream()
                            .filter(step -> !step.name().endsWith("-leftover"))
                            .map(step -> step.alone() ? plain(specification, step) : guarded(step, ""))
                            .collect(Collectors.joining("\n"));
        }

        @Override
        public String fileName(Specification specification, String version) {
            return specification.migration() + ".sql";
        }
    };

    /** Where a build may block writes for seconds. */
    private static final long LARGE_BYTES = 100L << 20;

    /** The script. */
    public abstract String text(Specification specification);

    /**
     * What the tool wants its file to be called.
     *
     * @param version of the migration, where the name has one
     */
    public abstract String fileName(Specification specification, String version);

    /** The word on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Each step as the script runs it, to ask a database what there is to do. */
    public List<Step> steps(Specification specification) {
        return this == FLYWAY ? SchemaChange.together(specification) : SchemaChange.safe(specification);
    }

    private static String header(Specification specification, String tool) {
        String fill = "UPDATE " + specification.table().quoted() + " SET "
                + specification.each().stream()
                        .map(one -> one.column().quoted() + " = " + one.fill().source())
                        .collect(Collectors.joining(", "));
        Stream<String> lines = Stream.of(
                "The schema of migration " + specification.migration() + ", written by Infill for " + tool + ".",
                "Where Infill was at work there is nothing to do: each statement first looks at the catalog, which locks nothing.",
                "Rows are not filled. Where a table has some, Infill does that; on a small copy this does:",
                fill);
        return lines.flatMap(line -> Arrays.stream(line.split("\\R", -1)))
                        .map(line -> ("-- " + line).stripTrailing() + "\n")
                        .collect(Collectors.joining())
                + "\n";
    }

    /** In a DO block, because ADD COLUMN IF NOT EXISTS and the like wait for their lock before they look. */
    private static String guarded(Step step, String guard) {
        String body = guard + "    " + step.statement() + ";\n";
        String tag = tag(body);
        return "-- " + oneLine(step.what()) + "\nDO " + tag + "\nBEGIN\n  IF " + step.when() + " THEN\n"
                + "    PERFORM pg_catalog.set_config('lock_timeout', '2s', true);\n" + body + "  END IF;\nEND\n" + tag
                + ";\n";
    }

    private static String tooLarge(Specification specification) {
        String table = SchemaChange.literal(specification.table().quoted());
        return "    IF pg_catalog.pg_table_size(pg_catalog.to_regclass(" + table + ")) > " + LARGE_BYTES + " THEN\n"
                + "      RAISE EXCEPTION 'the table is large: this would block it; let Infill do it first (migration %)', "
                + SchemaChange.literal(specification.migration()) + ";\n    END IF;\n";
    }

    /** By its name an index that an ended build left passes for the one that is wanted. */
    private static String plain(Specification specification, Step step) {
        Step leftover = SchemaChange.safe(specification).stream()
                .filter(each -> each.name().equals(step.name() + "-leftover"))
                .findFirst()
                .orElseThrow();
        String tag = tag(leftover.when());
        return "-- " + oneLine(step.what()) + "\n" + step.statement() + ";\nDO " + tag + "\nBEGIN\n  IF "
                + leftover.when()
                + " THEN\n    RAISE EXCEPTION 'an ended build left an invalid index; run this, then the script again: %', "
                + SchemaChange.literal(leftover.statement()) + ";\n  END IF;\nEND\n" + tag + ";\n";
    }

    private static String changeset(Specification specification, Step step) {
        return "--changeset infill:" + specification.migration() + "-" + step.name()
                + " splitStatements:false stripComments:false"
                + (step.alone() ? " runInTransaction:false" : "") + "\n--comment " + oneLine(step.what())
                + "\n--preconditions onFail:MARK_RAN\n--precondition-sql-check expectedResult:1 SELECT CASE WHEN "
                + step.when() + " THEN 1 ELSE 0 END\n" + step.statement() + "\n";
    }

    /** A dollar quote that the text does not end. */
    private static String tag(String text) {
        String tag = "$infill$";
        for (int i = 1; text.contains(tag); i++) {
            tag = "$infill" + i + "$";
        }
        return tag;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
