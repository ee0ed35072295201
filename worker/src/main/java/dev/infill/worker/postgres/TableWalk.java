package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.ProofLedger;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TableName;
import dev.infill.protocol.status.VerifyReport.Digests;
import dev.infill.protocol.status.VerifyReport.Place;
import dev.infill.protocol.status.VerifyReport.Rows;
import dev.infill.worker.postgres.ReportedRanges.Stretch;
import dev.infill.worker.range.BatchSize;
import dev.infill.worker.range.Difference;
import dev.infill.worker.range.MonotonicTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares every row of a table with the expression, window by window, each a transaction of its own of about a tenth of a
 * second. Writes nothing, not even a ledger.
 */
final class TableWalk {
    private static final int MOST_PLACES = 1000;

    /** Of failures that pass, in a row. */
    private static final int PATIENCE = 20;

    private final Connection connection;
    private final Migration migration;
    private final Walker walker;
    private final Culprit culprit = new Culprit(BatchSize.FIRST);
    private final List<Place> places = new ArrayList<>();
    private @Nullable Part part;
    private boolean careful;
    private long compared;
    private long differing;
    private long digest;
    private int reported;
    private int unchanged;

    TableWalk(Connection connection, Migration migration, Walker walker) {
        this.connection = connection;
        this.migration = migration;
        this.walker = walker;
    }

    /**
     * How to walk.
     *
     * @param compared hears how many rows were compared so far
     */
    record Walker(Difference difference, MonotonicTime time, LongConsumer compared) {}

    /** The table by its key, or the pages of it or of a partition, which have about so many rows. */
    private record Part(@Nullable TableName pagesOf, RangeRows rows, double rowsPerPage) {}

    /** Walks over all of it. */
    void walk(List<Stretch> stretches) throws SQLException {
        for (Stretch stretch : stretches) {
            careful = false;
            long found = walk(stretch, part(stretch.pagesOf()));
            digest ^= found;
            String before =
                    stretch.reported() == null ? null : stretch.reported().digest();
            if (before != null) {
                reported++;
                unchanged += before.equals(ProofLedger.hex(found)) ? 1 : 0;
            }
        }
    }

    private Part part(@Nullable TableName pagesOf) throws SQLException {
        Part now = part;
        if (now == null || !Objects.equals(now.pagesOf(), pagesOf)) {
            double rowsPerPage = TableShape.read(connection, migration, pagesOf).rowsPerPage();
            now = new Part(pagesOf, new RangeRows(migration, pagesOf), rowsPerPage);
            part = now;
        }
        return now;
    }

    Rows rows() {
        return new Rows(compared, differing, places);
    }

    /** @param before over all ranges, as reported */
    Digests digests(boolean sameVersion, @Nullable String before) {
        return new Digests(
                sameVersion, sameVersion ? reported : 0, sameVersion ? unchanged : 0, before, ProofLedger.hex(digest));
    }

    private long walk(Stretch stretch, Part in) throws SQLException {
        long found = 0;
        int failures = 0;
        Key from = stretch.from();
        boolean last = false;
        while (!last) {
            Duration begin = walker.time().now();
            try {
                culprit.trying(Long.MAX_VALUE);
                Window window = window(in, from, stretch.to());
                culprit.trying(window.rows() == Window.UNCOUNTED ? culprit.rows() : window.rows());
                found ^= look(in.rows(), window, stretch);
                culprit.succeeded(walker.time().now().minus(begin));
                failures = 0;
                last = window.isLast();
                from = window.to() == null ? from : window.to();
            } catch (SQLException e) {
                Failure failure = Failure.of(e);
                boolean hopeless = failure.isConnectionLost() || failure.policy() == Failure.Policy.STOP;
                if (hopeless || ++failures > PATIENCE) {
                    throw e;
                }
                careful = true;
                culprit.failed(failure);
            }
        }
        return found;
    }

    private Window window(Part in, @Nullable Key from, @Nullable Key to) throws SQLException {
        return !careful && in.pagesOf() != null && from != null && to != null
                ? RangeRows.pages(from, to, (long) (culprit.rows() / in.rowsPerPage()))
                : in.rows().cut(connection, from, to, culprit.rows());
    }

    private long look(RangeRows rows, Window window, Stretch stretch) throws SQLException {
        Optional<Failure> refusal = culprit.refusal();
        RangeRows.Look look = refusal.isPresent()
                ? rows.look(connection, window)
                : rows.compare(connection, window, walker.difference());
        RangeRows.Count count = look.count();
        culprit.trying(count.rows());
        long wrong = refusal.isPresent() ? count.rows() : count.differing();
        compared += count.rows();
        differing += wrong;
        if (wrong > 0 && places.size() < MOST_PLACES) {
            places.add(new Place(
                    stretch.reported() == null ? null : stretch.reported().number(),
                    texts(window.from()),
                    texts(window.to()),
                    count.rows(),
                    wrong,
                    refusal.map(Failure::words).orElse(null)));
        }
        walker.compared().accept(compared);
        return look.digest();
    }

    private static List<String> texts(@Nullable Key bound) {
        return bound == null ? List.of() : bound.values();
    }
}
