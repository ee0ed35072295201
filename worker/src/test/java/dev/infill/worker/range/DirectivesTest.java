package dev.infill.worker.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Directive;
import dev.infill.protocol.Directive.Order;
import dev.infill.protocol.Directive.Pace;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectivesTest {
    private static final Duration HEARD = Duration.ofSeconds(100);

    @Test
    void obeysTheNewestDirective() {
        Directives directives = Directives.NONE
                .hear(directive("a", 1, Order.RUN, 1), HEARD)
                .hear(directive("a", 1, Order.RUN, 0.25), HEARD);

        assertThat(directives.pace("a", HEARD).value()).isEqualTo(0.25);
    }

    @Test
    void holdsWhenItHasHeardNothingForTooLong() {
        Directives directives = Directives.NONE.hear(directive("a", 1, Order.RUN, 1), HEARD);

        assertThat(directives.pace("a", HEARD.plusSeconds(15)).value()).isEqualTo(1);
        assertThat(directives.pace("a", HEARD.plusSeconds(15).plusNanos(1)).value())
                .isZero();
        assertThat(directives.pace("b", HEARD).value()).isZero();
        assertThat(directives.known()).hasSize(1);
    }

    @Test
    void ignoresACoordinatorThatLostItsLease() {
        Directives directives = Directives.NONE
                .hear(directive("a", 8, Order.HOLD, 1), HEARD)
                .hear(directive("b", 7, Order.RUN, 1), HEARD)
                .hear(directive("a", 7, Order.RUN, 1), HEARD);

        assertThat(directives.pace("a", HEARD).value()).isZero();
        assertThat(directives.pace("b", HEARD).value()).isZero();
    }

    @Test
    void letsGoOfWhatEndedOrWasForgotten() {
        Directives directives = Directives.NONE
                .hear(directive("a", 1, Order.END, 1), HEARD)
                .hear(directive("b", 1, Order.RUN, 1), HEARD)
                .forget("b");

        assertThat(directives.known()).isEmpty();
        assertThat(directives.hasEnded("a")).isTrue();
        assertThat(directives.hasEnded("b")).isFalse();
    }

    /** Only how long ago it was heard counts, by the hearer's own count of time. */
    @Test
    void doesNotCareWhatACoordinatorsClockSays() {
        for (Instant clock : List.of(Instant.EPOCH, Instant.parse("2126-01-01T00:00:00Z"))) {
            Directives directives = Directives.NONE.hear(directive("a", 1, Order.RUN, 1, clock), HEARD);

            assertThat(directives.pace("a", HEARD.plusSeconds(15)).value()).isEqualTo(1);
            assertThat(directives.pace("a", HEARD.plusSeconds(16)).value()).isZero();
        }
    }

    @Test
    void knowsTheDirectivesOfItsOwnDatabasesOnly() {
        Directives directives = Directives.NONE.hear(directive("a", 1, Order.RUN, 1), HEARD);

        assertThat(directives.of(List.of("shop"))).hasSize(1);
        assertThat(directives.of(List.of("other"))).isEmpty();
    }

    private static Directive directive(String migration, long epoch, Order order, double pace) {
        return directive(migration, epoch, order, pace, Instant.EPOCH);
    }

    private static Directive directive(String migration, long epoch, Order order, double pace, Instant at) {
        return new Directive(
                migration,
                "shop",
                new TableName("public", "orders"),
                epoch,
                order,
                true,
                new Pace(pace, null),
                Ownership.DERIVED,
                at);
    }
}
