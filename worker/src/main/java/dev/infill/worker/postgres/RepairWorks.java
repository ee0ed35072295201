package dev.infill.worker.postgres;

import dev.infill.protocol.Change;
import dev.infill.protocol.json.Json;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.Turn;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the records of changes topics into repairs. */
public final class RepairWorks implements LaneWork.Source {
    private static final Logger LOG = LoggerFactory.getLogger(RepairWorks.class);
    private static final Duration UNREADABLE_WAIT = Duration.ofSeconds(30);

    private final Map<String, String> databaseByTopic;
    private final Surroundings surroundings;

    public RepairWorks(Map<String, String> databaseByTopic, Surroundings surroundings) {
        this.databaseByTopic = Map.copyOf(databaseByTopic);
        this.surroundings = surroundings;
    }

    /** A record that can't be read may be a change: its lane stands still rather than lose it. */
    @Override
    public LaneWork begin(LaneWork.Place place, List<byte[]> records) {
        String database = databaseByTopic.get(place.topic());
        if (database == null) {
            throw new IllegalArgumentException("topic " + place.topic() + " belongs to no database of this worker");
        }
        try {
            List<Change> changes = records.stream()
                    .map(record -> Json.read(record, Change.class))
                    .toList();
            return new RepairWork(database, place.partition(), new ChangeSet(changes), surroundings);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            return halt -> {
                LOG.error(
                        "A record is no change; the lane waits until it is removed: topic={} partition={}",
                        place.topic(),
                        place.partition());
                return Turn.later(UNREADABLE_WAIT);
            };
        }
    }
}
