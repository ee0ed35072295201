package dev.infill.bridge.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Column;
import dev.infill.protocol.Follow;
import dev.infill.protocol.Follow.Link;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.TableName;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowsTest {
    private static final TableName CUSTOMERS = new TableName("public", "customers");
    private static final TableName ORDERS = new TableName("public", "orders");
    private static final TableName INVOICES = new TableName("public", "invoices");

    private static final Follows FOLLOWS = new Follows(List.of(
            migration(ORDERS, List.of(by("email"))),
            migration(INVOICES, List.of(by("number"))),
            migration(CUSTOMERS, List.of())));

    @Test
    void aTableMayBeFollowedByManyAndMigratedItself() {
        assertThat(FOLLOWS.columns(CUSTOMERS)).containsExactlyInAnyOrder("email", "number");
        assertThat(FOLLOWS.waysFrom(CUSTOMERS))
                .extracting(way -> way.migration().table())
                .containsExactly(ORDERS, INVOICES);
        assertThat(FOLLOWS.isMigrated(CUSTOMERS)).isTrue();
    }

    @Test
    void whatIsNeitherMigratedNorFollowedIsNotKnown() {
        assertThat(FOLLOWS.knows(new TableName("other", "customers"))).isFalse();
        assertThat(FOLLOWS.columns(ORDERS)).isEmpty();
        assertThat(FOLLOWS.waysFrom(ORDERS)).isEmpty();
    }

    private static Follow by(String column) {
        return new Follow(CUSTOMERS, List.of(new Link(new Column(column, "text"), column)));
    }

    private static Migration migration(TableName table, List<Follow> follows) {
        return new Migration(
                "m-" + table.name(),
                "shop",
                table,
                List.of(new Column("id", "bigint")),
                new Column("c", "bigint"),
                new Fill("1", Keep.DERIVED),
                follows,
                List.of());
    }
}
