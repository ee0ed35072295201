package dev.infill.bench;

import dev.infill.bench.table.TableShape;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Sets of tables that have a name. */
public enum Profile {
    /** A smoke: does everything, says nothing about speed. */
    QUICK(20_000, 1) {
        @Override
        public List<TableShape> shapes(long rows) {
            return named(rows, "bigint-1-traffic30");
        }
    },
    /** What the goals are said for. */
    HEADLINE(500_000, 3) {
        @Override
        public List<TableShape> shapes(long rows) {
            return named(rows, "bigint-3", "uuid-3", "bigint-0", "bigint-3-traffic");
        }
    },
    /** Every combination of key, indexes, width, fill factor and traffic. */
    MATRIX(100_000, 3) {
        @Override
        public List<TableShape> shapes(long rows) {
            return TableShape.all(rows);
        }
    },
    /** One table in growing sizes, the last of them with the rows given. */
    SCALE(20_000_000, 1) {
        @Override
        public List<TableShape> shapes(long rows) {
            return Stream.of(rows / 20, rows / 4, rows)
                    .map(size -> TableShape.parse("bigint-3", size))
                    .toList();
        }
    };

    private final long rows;
    private final int rounds;

    Profile(long rows, int rounds) {
        this.rows = rows;
        this.rounds = rounds;
    }

    /** As in the option and in the page. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** When nobody says how many. */
    public long rows() {
        return rows;
    }

    /** When nobody says how many. */
    public int rounds() {
        return rounds;
    }

    /** The tables. */
    public abstract List<TableShape> shapes(long rows);

    /** Whom to measure when nobody says. */
    public List<String> candidates() {
        return switch (this) {
            case QUICK -> List.of("one-update", "touch-loop", "infill-2");
            case SCALE -> List.of("infill-2");
            case HEADLINE, MATRIX ->
                List.of("one-update", "keyset-loop", "range-loop", "touch-loop", "infill-1", "infill-2", "infill-4");
        };
    }

    private static List<TableShape> named(long rows, String... names) {
        return Stream.of(names).map(name -> TableShape.parse(name, rows)).toList();
    }
}
