package dev.infill.coordinator.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.kafka.TaskTopic.Offsets;
import dev.infill.postgres.ledger.PassLedger.OpenTask;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An open task of partition 0, and what Kafka says of that partition. */
class TaskOffsetsTest {
    @ParameterizedTest
    @CsvSource({
        "7,      3,         0,     9,   false,   it is still to be read",
        "7,      7,         0,     9,   false,   it is being worked on",
        "7,      8,         0,     9,   true,    it was passed by without being done",
        "7,      3,         8,     9,   true,    it was deleted before it was read",
        "7,      3,         7,     9,   false,   what lay before it was deleted",
        "7,      0,         0,     0,   true,    the topic is another one",
        ",       0,         0,     9,   true,    it was never published"
    })
    void aTaskIsPublishedAgainWhenNobodyWillReadIt(
            @Nullable Long offset, long committed, long begin, long end, boolean missing, String why) {
        Offsets offsets = new Offsets(Map.of(0, committed), Map.of(0, begin), Map.of(0, end));

        assertThat(offsets.isMissing(new OpenTask(5, 0, offset))).as(why).isEqualTo(missing);
    }
}
