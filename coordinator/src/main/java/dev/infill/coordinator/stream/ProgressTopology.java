package dev.infill.coordinator.stream;

import dev.infill.protocol.Result.RangeReported;
import dev.infill.protocol.Topics;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * results → latest word of each range → sum of each migration → progress, and from there back into a table that every
 * coordinator has whole, so that it does not matter which of them is asked.
 *
 * <p>Results are keyed by migration, so all that a sum needs lies in one partition and nothing is sent around. Reading
 * back costs a second and saves the coordinators from asking each other.
 */
final class ProgressTopology {
    /** The last accepted word of each range: the base that differences are counted from. */
    static final String RANGES = "ranges";
    /** The sums. */
    static final String TALLIES = "tallies";
    /** The progress topic as a table, to be asked. */
    static final String PROGRESS = "progress";

    private ProgressTopology() {}

    static Topology build(Topics topics) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(store(RANGES, JsonSerde.of(RangeReported.class)));
        builder.addStateStore(store(TALLIES, JsonSerde.of(Tally.class)));
        builder.stream(
                        topics.results(),
                        Consumed.with(Serdes.String(), Serdes.ByteArray()).withName("results"))
                .process(ProgressProcessor::new, Named.as("sum"), RANGES, TALLIES)
                .to(
                        topics.progress(),
                        Produced.with(Serdes.String(), Serdes.ByteArray()).withName("say"));
        builder.globalTable(
                topics.progress(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName("hear"),
                Materialized.<String, byte[]>as(Stores.inMemoryKeyValueStore(PROGRESS))
                        .withKeySerde(Serdes.String())
                        .withValueSerde(Serdes.ByteArray()));
        return builder.build();
    }

    private static <T> StoreBuilder<KeyValueStore<String, T>> store(String name, Serde<T> values) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values);
    }
}
