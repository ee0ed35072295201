package dev.infill.bridge.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Directive;
import dev.infill.protocol.Directive.Order;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.TableName;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CaptureOrdersTest {
    @Test
    void aDatabaseIsCapturedAsLongAsAnyOfItsMigrationsIs() {
        CaptureOrders both = CaptureOrders.NONE
                .with(directive("a", "shop", 1, Order.RUN, true))
                .with(directive("b", "shop", 1, Order.HOLD, true));

        assertThat(both.databases()).containsExactly("shop");
        assertThat(both.with(directive("a", "shop", 1, Order.END, true)).databases())
                .containsExactly("shop");
        assertThat(both.without("a").without("b").databases()).isEmpty();
    }

    @Test
    void aMigrationThatIsNotCapturedNeedsNoLog() {
        assertThat(CaptureOrders.NONE
                        .with(directive("a", "shop", 1, Order.RUN, false))
                        .databases())
                .isEmpty();
    }

    @Test
    void aFormerLeaderIsNotHeard() {
        CaptureOrders orders = CaptureOrders.NONE
                .with(directive("a", "shop", 2, Order.RUN, true))
                .with(directive("a", "shop", 1, Order.END, false));

        assertThat(orders.databases()).containsExactly("shop");
    }

    @Test
    void epochsOfOneDatabaseSayNothingOfAnother() {
        CaptureOrders orders = CaptureOrders.NONE
                .with(directive("a", "shop", 9, Order.RUN, true))
                .with(directive("b", "crm", 1, Order.RUN, true));

        assertThat(orders.databases()).containsExactlyInAnyOrder("shop", "crm");
    }

    @Test
    void anOldDirectiveStillHolds() {
        // Its time is far in the past; the coordinator has been away since.
        assertThat(CaptureOrders.NONE
                        .with(directive("a", "shop", 1, Order.RUN, true))
                        .databases())
                .containsExactly("shop");
    }

    private static Directive directive(String migration, String database, long epoch, Order order, boolean captured) {
        return new Directive(
                migration,
                database,
                new TableName("public", "t"),
                epoch,
                order,
                captured,
                Directive.Pace.FULL,
                Ownership.DERIVED,
                Instant.EPOCH);
    }
}
