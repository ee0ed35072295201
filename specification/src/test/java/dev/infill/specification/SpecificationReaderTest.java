package dev.infill.specification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.TableName;
import dev.infill.specification.Specification.Another;
import dev.infill.specification.Specification.Check;
import dev.infill.specification.Specification.Constraints;
import dev.infill.specification.Specification.ForeignKey;
import dev.infill.specification.Specification.Gates;
import dev.infill.specification.Specification.Index;
import dev.infill.specification.Specification.Limits;
import dev.infill.specification.Specification.Opening;
import dev.infill.specification.Specification.Pace;
import dev.infill.specification.Specification.Query;
import dev.infill.specification.Specification.Ranges;
import dev.infill.specification.Specification.Target;
import dev.infill.specification.Specification.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecificationReaderTest {
    private static final String FULL = """
            migration: orders-total-cents
            database: shop
            table: public.orders
            column: {name: total_cents, type: bigint}
            fill:
              expression: round(total * 100)::bigint
              keep: once
              where: status <> 'archived'
            indexes:
              - {name: orders_total_cents_idx, columns: [total_cents, ID]}
            constraints:
              notNull: true
              checks: [{name: orders_total_cents_positive, expression: total_cents >= 0}]
              foreignKey: {references: public.customers(id)}
            pace:
              batch: 50ms
              maxLatency: 20ms
              maxReplicaLag: 10s
              maxRetainedWal: 8GB
              maxArchiveBacklog: off
              maxLockWaits: 5
              maxSnapshotAge: 1h
              maxDeadRows: 50%
              maxConnections: 80%
              query: {name: queued mails, sql: SELECT count(*) FROM outbox, max: 1000}
              window: "22:00-06:00 Europe/Berlin"
            also:
              - {name: note_lower, type: text, default: "''", expression: lower(note)}
            ranges: pages
            gates: {reads: manual, writes: evidence, quiet: 2m, staleness: 200ms}
            environments: [shop]
            """;

    @Test
    void readsEverythingThatTheSchemaKnows() {
        Specification specification = SpecificationReader.read(FULL);

        assertThat(specification)
                .isEqualTo(new Specification(
                        "orders-total-cents",
                        "shop",
                        new TableName("public", "orders"),
                        new Target("total_cents", "bigint"),
                        new Fill("round(total * 100)::bigint", Keep.ONCE, "status <> 'archived'"),
                        List.of(new Another(new Target("note_lower", "text", "''"), "lower(note)")),
                        List.of(),
                        Ranges.PAGES,
                        List.of(new Index("orders_total_cents_idx", List.of("total_cents", "id"))),
                        new Constraints(
                                true,
                                List.of(new Check("orders_total_cents_positive", "total_cents >= 0")),
                                new ForeignKey("orders_total_cents_fkey", new TableName("public", "customers"), "id")),
                        new Pace(
                                Duration.ofMillis(50),
                                new Limits(
                                        Duration.ofMillis(20),
                                        Duration.ofSeconds(10),
                                        8L << 30,
                                        null,
                                        5,
                                        Duration.ofHours(1),
                                        50,
                                        80,
                                        3),
                                new Query("queued mails", "SELECT count(*) FROM outbox", 1000),
                                new Window(LocalTime.of(22, 0), LocalTime.of(6, 0), ZoneId.of("Europe/Berlin"))),
                        new Gates(Opening.MANUAL, Opening.EVIDENCE, Duration.ofMinutes(2), Duration.ofMillis(200)),
                        List.of("shop")));
    }

    @Test
    void eachOfSeveralColumnsIsASpecificationOfItsOwn() {
        Specification specification = SpecificationReader.read(FULL);

        assertThat(specification.columnNames()).isEqualTo("total_cents, note_lower");
        assertThat(specification.each()).hasSize(2);
        assertThat(specification.each().get(1).column().name()).isEqualTo("note_lower");
        assertThat(specification.each().get(1).fill())
                .isEqualTo(new Fill("lower(note)", Keep.ONCE, "status <> 'archived'"));
        assertThat(specification.each().get(1).also()).isEmpty();
    }

    @Test
    void aTransformComputesOneColumn() {
        String specification = """
                migration: a
                database: shop
                table: orders
                column: {name: b, type: text}
                fill: {transform: com.example.Encrypt, reads: [c]}
                also: [{name: d, type: text, expression: lower(c)}]
                """;

        assertThatThrownBy(() -> SpecificationReader.read(specification))
                .isInstanceOf(SpecificationException.class)
                .hasMessageContaining("a transform computes one column");
    }

    @Test
    void fillsWhatIsLeftOutWithDefaults() {
        Specification specification = SpecificationReader.read("""
                migration: a
                database: shop
                table: orders
                column: {name: b, type: text}
                fill: {expression: "upper(c)"}
                """);

        assertThat(specification.table()).isEqualTo(new TableName("public", "orders"));
        assertThat(specification.fill().keep()).isEqualTo(Keep.DERIVED);
        assertThat(specification.indexes()).isEmpty();
        assertThat(specification.constraints()).isEqualTo(Constraints.NONE);
        assertThat(specification.pace()).isEqualTo(Pace.DEFAULT);
        assertThat(specification.gates()).isEqualTo(Gates.DEFAULT);
        assertThat(specification.environments()).isEmpty();
    }

    @Test
    void foldsNamesLikeTheServerUnlessTheyAreQuoted() {
        Specification specification = SpecificationReader.read("""
                migration: a
                database: shop
                table: '"My Schema"."T""x"'
                column: {name: Total_Cents, type: text}
                fill: {expression: "upper(c)"}
                constraints: {foreignKey: {name: '"F"', references: '"A(b)"."C" ("D e")'}}
                """);

        assertThat(specification.table()).isEqualTo(new TableName("My Schema", "T\"x"));
        assertThat(specification.column().name()).isEqualTo("total_cents");
        assertThat(specification.foreignKey()).contains(new ForeignKey("F", new TableName("A(b)", "C"), "D e"));
    }

    @Test
    void yesIsTrueAsInYaml() {
        Specification specification = SpecificationReader.read(FULL.replace("notNull: true", "notNull: yes"));

        assertThat(specification.constraints().notNull()).isTrue();
    }

    @Test
    void theSchemaIsPublishedAsItIsUsed() {
        assertThat(SpecificationSchema.json())
                .contains("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"");
    }

    @Test
    void aWindowMayGoOverMidnight() {
        Window night = new Window(LocalTime.of(22, 0), LocalTime.of(6, 0), ZoneId.of("Europe/Berlin"));

        assertThat(night.isOpen(Instant.parse("2026-01-01T21:00:00Z"))).isTrue();
        assertThat(night.isOpen(Instant.parse("2026-01-01T20:59:59Z"))).isFalse();
        assertThat(night.isOpen(Instant.parse("2026-01-01T04:59:59Z"))).isTrue();
        assertThat(night.isOpen(Instant.parse("2026-01-01T05:00:00Z"))).isFalse();
    }

    @Test
    void aWindowMayLieWithinOneDay() {
        Window noon = new Window(LocalTime.of(12, 0), LocalTime.of(13, 0), ZoneId.of("UTC"));

        assertThat(noon.isOpen(Instant.parse("2026-01-01T12:30:00Z"))).isTrue();
        assertThat(noon.isOpen(Instant.parse("2026-01-01T13:00:00Z"))).isFalse();
        assertThat(noon.isOpen(Instant.parse("2026-01-01T11:59:59Z"))).isFalse();
    }
}
