package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.Failure.Policy;
import dev.infill.postgres.ledger.RangeLedger;
import dev.infill.protocol.Key;
import dev.infill.worker.range.BatchSize;
import dev.infill.worker.range.Difference;
import dev.infill.worker.range.Region;
import dev.infill.worker.range.Stripes;
import dev.infill.worker.range.Stripes.Seen;
import dev.infill.worker.range.Stripes.Shape;
import dev.infill.worker.range.Stripes.Share;
import dev.infill.worker.range.TupleAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes every row of a range equal to the expression, region by region: reads the addresses of the rows that differ, writes
 * them in stripes, and sweeps over the region. Stripes only make it fast: a batch of them that fails is left to the sweep.
 * The cursor moves with the sweep, so whoever resumes a range begins with a whole region, whose rows are mostly right by
 * then.
 */
final class FillRun implements RangeRun {
    /** Small enough to stay in the server's cache while it is walked over again and again. */
    private static final long REGION_PAGES = 640;
    /** A region's rows are compared in one statement when it is opened, and again when it is swept over. */
    private static final Duration LONGEST_LOOK = Duration.ofMillis(500);
    /** An expression that takes longer than that is not computed just to know which rows differ. */
    private static final long COSTLY_NANOS_A_ROW = 50_000;
    /** By the statement's timeout. */
    private static final String CANCELED = "57014";
    /** What is left to the sweep beyond that is too much for one transaction. */
    private static final int FEW_ROWS = 200;

    private final HeldRange range;
    private final Assignment task;
    private final Difference difference;
    private final Shape shape;
    private Stripes stripes;
    private BatchSize size;
    private BatchSize regionSize;
    private Step step = Step.OPEN;
    private @Nullable Window next;
    private @Nullable Opened opened;
    private @Nullable Sweep sweep;

    FillRun(HeldRange range, Assignment task, Difference difference, Shape shape) {
        this.range = range;
        this.task = task;
        this.difference = difference;
        this.shape = shape;
        this.stripes = task.experience().stripes(range.task()).orElseGet(() -> Stripes.first(shape));
        this.size = task.experience().size(range.task());
        this.regionSize = task.experience().region(range.task());
    }

    private enum Step {
        OPEN,
        STRIPE,
        SWEEP
    }

    /** A region that is being filled in stripes. */
    private static final class Opened {
        private final Window window;
        private final Region region;
        private Optional<Region.Batch> batch;
        private Seen seen = Seen.NOTHING;
        private int left;

        Opened(Window window, Region region) {
            this.window = window;
            this.region = region;
            this.batch = region.next();
        }
    }

    /** A region is computed as a whole before it is opened, and again by a session that has not. */
    @Override
    public boolean prepare(WorkerSession session) throws SQLException {
        if (task.computed().isEmpty()) {
            return true;
        }
        ComputedValues values = task.computed().get();
        Opened current = opened;
        if (current == null && next == null) {
            next = region(session.connection());
        }
        Window window = current == null ? Objects.requireNonNull(next) : current.window;
        return values.prepare(session, range.progress().postponed(), task.table())
                && values.prepare(session, window, task.rows());
    }

    @Override
    public void batch(WorkerSession session) throws SQLException, ClaimLostException {
        Sweep running = sweep;
        Opened current = opened;
        session.planOnce(running == null && current != null);
        if (running != null) {
            step = Step.SWEEP;
            running.batch(session);
        } else if (current == null) {
            step = Step.OPEN;
            opened = open(session.connection());
        } else {
            step = Step.STRIPE;
            Share share = write(session, current.batch.orElseThrow());
            current.seen = current.seen.plus(current.batch.get().stripe(), share);
        }
    }

    private Opened open(Connection connection) throws SQLException {
        Window window = next == null ? region(connection) : next;
        next = null;
        Optional<Difference> wanted =
                task.experience().isCostly(range.task()) ? Optional.empty() : Optional.of(difference);
        long[] addresses = task.rows().addresses(connection, window, wanted);
        return new Opened(window, new Region(addresses, stripes.count(), size.rows()));
    }

    /** The next region; the rest of the range where that is known to be small enough. */
    private Window region(Connection connection) throws SQLException {
        Key begin = range.begin();
        Key upper = range.upper();
        if (task.rows().isByPages() && begin != null && upper != null) {
            long pages = Math.min(REGION_PAGES, (long) (regionSize.rows() / shape.rowsPerPage()));
            return RangeRows.pages(begin, upper, pages);
        }
        int rows = (int) Math.min(regionSize.rows(), Math.max(1, REGION_PAGES * shape.rowsPerPage()));
        boolean isUntouched = range.progress().cursor() == null;
        if (isUntouched && range.plan().rows() > 0 && range.plan().rows() <= rows) {
            return RangeRows.rest(begin, upper);
        }
        return task.rows().cut(connection, begin, upper, rows);
    }

    /** One round trip where the server filters our origin; else a mark must come first. */
    private Share write(WorkerSession session, Region.Batch batch) throws SQLException, ClaimLostException {
        if (!session.hasOrigin()) {
            session.begin();
        }
        Share share = writeAndCount(session.connection(), batch);
        if (!session.hasOrigin()) {
            session.commit();
        }
        return share;
    }

    private Share writeAndCount(Connection connection, Region.Batch batch) throws SQLException, ClaimLostException {
        TableSql table = task.rows().table();
        String fill = RangeLedger.counting(table.fillAt(difference));
        String begin = TupleAddress.text(TupleAddress.begin(batch.firstPage()));
        String end = TupleAddress.text(TupleAddress.begin(batch.endPage()));
        try (PreparedStatement statement =
                connection.prepareStatement(batch.prunes() ? table.prune() + "; " + fill : fill)) {
            int index = 1;
            if (batch.prunes()) {
                statement.setString(index++, begin);
                statement.setString(index++, end);
            }
            index = RangeLedger.setClaim(statement, index, range.claim());
            statement.setString(index++, batch.addresses());
            statement.setString(index++, begin);
            statement.setString(index++, end);
            statement.setString(index++, task.migration().name());
            statement.setInt(index, range.task().range());
            statement.execute();
            if (batch.prunes()) {
                statement.getMoreResults();
            }
            return readShare(statement);
        }
    }

    private Share readShare(PreparedStatement statement) throws SQLException, ClaimLostException {
        try (ResultSet result = statement.getResultSet()) {
            if (!result.next()) {
                throw range.lost();
            }
            range.wrote(result.getLong(1));
            return new Share(result.getLong(2), result.getLong(3));
        }
    }

    @Override
    public void succeeded(Duration took) {
        switch (step) {
            case OPEN -> {
                looked(took);
                afterBatch();
            }
            case STRIPE -> {
                Opened current = Objects.requireNonNull(opened);
                size = size.after(took, current.batch.orElseThrow().rows(), Culprit.TARGET);
                task.experience().remember(range.task(), size);
                current.batch = current.region.next();
                afterBatch();
            }
            case SWEEP -> {
                Sweep running = Objects.requireNonNull(sweep);
                running.succeeded(took);
                if (!running.isCareful()) {
                    looked(took);
                }
                if (running.isOver()) {
                    sweep = null;
                    opened = null;
                }
            }
        }
    }

    /** Sizes the next regions by how long it takes to compute the expression for all rows of this one. */
    private void looked(Duration took) {
        int rows = Objects.requireNonNull(opened).region.size();
        if (rows > 0 && took.toNanos() / rows > COSTLY_NANOS_A_ROW && took.compareTo(Culprit.TARGET) > 0) {
            task.experience().rememberCostly(range.task());
        }
        regionSize = regionSize.after(took, Long.MAX_VALUE, LONGEST_LOOK);
        task.experience().rememberRegion(range.task(), regionSize);
    }

    /** To the sweep when the last batch was given out. */
    private void afterBatch() {
        Opened current = opened;
        if (current == null || current.batch.isPresent()) {
            return;
        }
        if (current.region.size() > FEW_ROWS) {
            stripes = stripes.after(current.seen);
            task.experience().remember(range.task(), stripes);
        }
        sweep = new Sweep(range, task, difference, current.window, stripes, current.left > FEW_ROWS);
    }

    @Override
    public void failed(Failure failure) {
        switch (step) {
            case OPEN -> cannotLook(failure);
            case STRIPE -> leaveToTheSweep();
            case SWEEP -> Objects.requireNonNull(sweep).failed(failure);
        }
    }

    /** Rows that are refused, and more of them than can be computed in time, are met in the sweep. */
    private void cannotLook(Failure failure) {
        if (failure.policy() == Policy.REJECT || failure.sqlState().equals(CANCELED)) {
            task.experience().rememberCostly(range.task());
            regionSize = regionSize.halved(Long.MAX_VALUE);
        }
    }

    private void leaveToTheSweep() {
        Opened current = Objects.requireNonNull(opened);
        current.left += current.batch.orElseThrow().rows();
        current.batch = current.region.next();
        afterBatch();
    }

    @Override
    public HeldRange range() {
        return range;
    }
}
