package dev.infill.bench.candidate;

import dev.infill.bench.table.TableCopy;
import java.sql.SQLException;
import java.util.Locale;

/** What a run of Infill is to show. */
enum Occasion {
    /** How fast it fills. */
    FILL("") {
        @Override
        void prepare(TableCopy copy) {}
    },
    /** What it writes where everything is filled already. */
    AGAIN(", on a filled table") {
        @Override
        void prepare(TableCopy copy) throws SQLException {
            copy.addColumn();
            copy.execute(
                    "UPDATE public.orders SET %s = %s".formatted(TableCopy.COLUMN, TableCopy.EXPRESSION),
                    "VACUUM (FREEZE, ANALYZE) public.orders");
        }
    },
    /** How many changed keys it repairs a second, once everything is filled and proven. */
    REPAIR(", repairing afterwards") {
        @Override
        void prepare(TableCopy copy) {}
    },
    /** How long it plans where the statistics speak of 10^9 rows: a page range is then a single page. */
    PLAN(", told of 10⁹ rows") {
        @Override
        void prepare(TableCopy copy) throws SQLException {
            copy.execute(
                    "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', 'orders', 'reltuples', 1e9::real)");
        }
    };

    private final String title;

    Occasion(String title) {
        this.title = title;
    }

    /** Makes a copy ready. */
    abstract void prepare(TableCopy copy) throws SQLException;

    /** Behind the candidate's name. */
    String suffix() {
        return this == FILL ? "" : "-" + name().toLowerCase(Locale.ROOT);
    }

    /** Behind the candidate's title. */
    String title() {
        return title;
    }
}
