package dev.infill.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.infill.protocol.Change;
import dev.infill.protocol.Directive;
import dev.infill.protocol.Directive.Order;
import dev.infill.protocol.Directive.Pace;
import dev.infill.protocol.Key;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.RangeState;
import dev.infill.protocol.RangeTask;
import dev.infill.protocol.Result;
import dev.infill.protocol.TableName;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.json.Json;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In a rolling upgrade parts of two versions talk to each other. */
class NewerMessagesTest {
    private static final TableName ORDERS = new TableName("public", "orders");
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private record Message(Class<?> type, Object value) {}

    static Stream<Message> messages() {
        RangeTask task = new RangeTask("orders-total-cents", "shop", 1, TaskKind.FILL, 7);
        return Stream.of(
                new Message(Change.class, new Change.KeyChanged(ORDERS, Key.of("5"), 3, 4, 5)),
                new Message(Change.class, new Change.BarrierReached(9)),
                new Message(RangeTask.class, task),
                new Message(
                        Result.class,
                        new Result.RangeReported(
                                "orders-total-cents", NOW, task, RangeState.DONE, 2, new Result.Rows(3, 2), "w1")),
                new Message(
                        Result.class,
                        new Result.RepairsMeasured("orders-total-cents", NOW, "w1", 3, 2, "no histogram")),
                new Message(
                        Directive.class,
                        new Directive(
                                "orders-total-cents",
                                "shop",
                                ORDERS,
                                3,
                                Order.RUN,
                                true,
                                Pace.FULL,
                                Ownership.DERIVED,
                                NOW)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatANewerPartSaysIsUnderstoodWithoutWhatIsNewInIt(Message message) throws JsonProcessingException {
        ObjectNode newer = (ObjectNode) Json.mapper().readTree(Json.write(message.value()));
        newer.put("whatComesNext", true);

        assertThat(Json.read(newer.toString(), message.type())).isEqualTo(message.value());
    }
}
