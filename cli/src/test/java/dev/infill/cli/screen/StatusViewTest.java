package dev.infill.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.cli.sample.Sample;
import dev.infill.cli.screen.Console.Looks;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import org.junit.jupiter.api.Test;

class StatusViewTest {
    private final StatusView view = new StatusView(new Looks(true, false, 100));

    private String block(Sample sample) {
        return String.join("\n", view.block(sample.status())) + "\n";
    }

    @Test
    void showsAFillAtAGlance() {
        assertThat(block(Sample.filling())).isEqualTo("""
                orders-total-cents   public.orders.total_cents
                check > expand > capture > [fill] > verify > index > sync > enforce > complete
                 fill       ██████████████████████░░░░░░░░░░░░░░░░░░ 54 %
                 rows       271,340 of about 500,000 filled, 85,210 rows/s, 3 s left
                 tasks      7 of 13 tasks open (consumer lag)
                 how        key ranges (correlation of the key with the physical order: 1.00); 16 stripes (pages are full)
                 repaired   311 rows after 1,203 changes, staleness p50 12.3 ms p99 48.0 ms over the last minute
                 held back  by nothing
                """);
    }

    @Test
    void saysWhichGateIsClosedAndWhatItWaitsFor() {
        assertThat(block(Sample.filling().in(Stage.SYNC)))
                .contains(" held back  by the gate writes\n")
                .contains(" gate       reads open\n")
                .contains(" gate       writes closed: waits for 5 s without a repair, it is 2 s so far\n");
    }

    @Test
    void saysWhatOnlyAPersonCanMend() {
        String block = block(Sample.filling().standing(Standing.FAILED, "index orders_idx exists already; drop it"));

        assertThat(block)
                .contains("public.orders.total_cents   failed")
                .contains("held back  index orders_idx exists already; drop it");
    }

    @Test
    void showsEverythingBehindItWhenItIsOver() {
        assertThat(block(Sample.filling().over("complete")))
                .contains("complete\ncheck > expand > capture > fill > verify > index > sync > enforce > complete\n");
    }

    @Test
    void colorsOnlyWhereTheyAreWanted() {
        StatusView colored = new StatusView(new Looks(true, true, 100));

        assertThat(String.join("", colored.block(Sample.filling().status()))).contains("\u001b[1m[fill]\u001b[0m");
        assertThat(block(Sample.filling())).doesNotContain("\u001b");
    }

    @Test
    void saysWhatAStageWithoutAMeasureDoes() {
        assertThat(block(Sample.filling().in(Stage.INDEX)))
                .contains(" index      building indexes beside the application\n")
                .contains(" rows       271,340 filled, 0 verified\n");
    }

    @Test
    void saysTheSameInOneLine() {
        assertThat(view.line(Sample.filling().status()))
                .isEqualTo("orders-total-cents fill: 54 % | 271,340 of about 500,000 filled, 85,210 rows/s, 3 s left"
                        + " | 7 of 13 tasks open (consumer lag) | repaired 311 rows after 1,203 changes,"
                        + " staleness p50 12.3 ms p99 48.0 ms over the last minute | held back by nothing");
    }
}
