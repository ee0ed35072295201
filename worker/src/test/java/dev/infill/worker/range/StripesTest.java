package dev.infill.worker.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.worker.range.Stripes.Reason;
import dev.infill.worker.range.Stripes.Seen;
import dev.infill.worker.range.Stripes.Shape;
import dev.infill.worker.range.Stripes.Share;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StripesTest {
    private static final Shape FULL = new Shape(50, 100, false);

    @Test
    void fullPagesAreFilledInSixteenPasses() {
        Stripes stripes = Stripes.first(FULL);

        assertThat(stripes.count()).isEqualTo(16);
        assertThat(stripes.reason()).isEqualTo(Reason.FULL_PAGES);
    }

    @Test
    void moreRoomNeedsFewerPasses() {
        List<Integer> counts = new ArrayList<>();
        for (int fillFactor = 100; fillFactor >= 40; fillFactor -= 10) {
            counts.add(Stripes.first(new Shape(50, fillFactor, false)).count());
        }

        assertThat(counts).isSortedAccordingTo((a, b) -> b - a).startsWith(16).endsWith(1);
    }

    @Test
    void aPageIsNotDividedFinerThanItsRows() {
        assertThat(Stripes.first(new Shape(3.9, 100, false)).count()).isEqualTo(3);
        assertThat(Stripes.first(new Shape(0.4, 100, false)).count()).isEqualTo(1);
    }

    @Test
    void onePassWhereAnIndexHasTheColumnWhateverRegionsShow() {
        Stripes stripes = Stripes.first(new Shape(50, 100, true));

        assertThat(stripes.count()).isEqualTo(1);
        assertThat(stripes.after(seen(0.0, 1.0))).isEqualTo(stripes);
    }

    @Test
    void convergesOnWhatFullPagesNeed() {
        assertThat(settle(FULL, 1.0 / 16)).isEqualTo(16);
    }

    @Test
    void convergesOnFewPassesWherePagesHaveRoomThatTheCatalogDoesNotKnowOf() {
        // A share of at most 30 % of a page's rows fits beside it.
        assertThat(settle(FULL, 0.30)).isEqualTo(4);
        assertThat(settle(FULL, 0.55)).isEqualTo(2);
        assertThat(settle(FULL, 1.00)).isEqualTo(1);
    }

    @Test
    void givesUpWhereNothingIsPrunedAndTriesAgainLater() {
        Stripes stripes = Stripes.first(FULL).after(seen(0, 0));
        assertThat(stripes.count()).isEqualTo(1);
        assertThat(stripes.reason()).isEqualTo(Reason.NOT_PRUNED);

        int regions = 0;
        while (stripes.count() == 1) {
            stripes = stripes.after(seen(0, 0));
            regions++;
        }

        assertThat(regions).isBetween(10, 30);
        assertThat(stripes.after(seen(0, 0)).reason()).isEqualTo(Reason.NOT_PRUNED);
        assertThat(stripes.after(seen(0, 0.9)).count()).isEqualTo(16);
    }

    /** The count that a table ends at whose pages have room for such a share of their rows, and stays at. */
    private static int settle(Shape shape, double room) {
        Stripes stripes = Stripes.first(shape);
        for (int region = 0; region < 20; region++) {
            stripes = stripes.after(region(stripes, room));
        }
        assertThat(stripes.after(region(stripes, room)).count()).isEqualTo(stripes.count());
        return stripes.count();
    }

    private static Seen region(Stripes stripes, double room) {
        double fits = Math.min(1, room * stripes.count());
        return seen(stripes.count() == 16 && room <= 1.0 / 16 ? 0.05 : fits, 0.95);
    }

    private static Seen seen(double first, double later) {
        return new Seen(new Share(1000, (long) (1000 * first)), new Share(15_000, (long) (15_000 * later)));
    }
}
