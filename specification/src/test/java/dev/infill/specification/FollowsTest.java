package dev.infill.specification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.TableName;
import dev.infill.specification.Specification.Follow;
import dev.infill.specification.Specification.Pair;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowsTest {
    @Test
    void aFollowedTableIsNamedWithTheColumnsThatLeadToIt() {
        assertThat(follows("[{table: public.customers, on: customers.email = orders.email}]"))
                .containsExactly(new Follow(new TableName("public", "customers"), List.of(new Pair("email", "email"))));
    }

    @Test
    void theSidesOfAnEqualityMayStandEitherWayRound() {
        assertThat(follows("[{table: customers, on: orders.customer_email = Customers.Email}]"))
                .containsExactly(
                        new Follow(new TableName("public", "customers"), List.of(new Pair("email", "customer_email"))));
    }

    @Test
    void severalColumnsMayLeadToATable() {
        assertThat(follows("[{table: crm.customers, on: 'crm.customers.tenant = orders.tenant and"
                        + " customers.\"E and Mail\"=public.orders.\"a\"\"b\"'}]"))
                .containsExactly(new Follow(
                        new TableName("crm", "customers"),
                        List.of(new Pair("tenant", "tenant"), new Pair("E and Mail", "a\"b"))));
    }

    @Test
    void withoutFollowsNothingIsFollowed() {
        assertThat(SpecificationReader.read(specification("")).follows()).isEmpty();
    }

    private static List<Follow> follows(String given) {
        return SpecificationReader.read(specification("  follows: " + given + "\n"))
                .follows();
    }

    private static String specification(String follows) {
        return """
                migration: orders-customer
                database: shop
                table: public.orders
                column: {name: customer_id, type: bigint}
                fill:
                  expression: (SELECT c.id FROM public.customers c WHERE c.email = orders.email)
                """ + follows;
    }
}
