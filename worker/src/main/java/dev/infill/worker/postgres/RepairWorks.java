package dev.infill.worker.postgres;

import dev.infill.protocol.Change;
import dev.infill.protocol.json.Json;
import dev.infill.worker.range.Halt;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.LaneWork.Portion;
import dev.infill.worker.range.Turn;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

    @Override
    public LaneWork begin(List<Portion> portions) {
        String topic = portions.get(0).place().topic();
        String database = databaseByTopic.get(topic);
        if (database == null) {
            throw new IllegalArgumentException("topic " + topic + " belongs to no database of this worker");
        }
        Map<Integer, List<Change>> readable = new TreeMap<>();
        for (Portion portion : portions) {
            read(portion).ifPresent(changes -> readable.put(portion.place().partition(), changes));
        }
        RepairWork work = new RepairWork(database, new ChangeSet(readable), surroundings);
        return readable.size() == portions.size() ? work : new Unreadable(work);
    }

    /** Empty when a record can't be read. */
    private static Optional<List<Change>> read(Portion portion) {
        try {
            return Optional.of(portion.records().stream()
                    .map(record -> Json.read(record, Change.class))
                    .toList());
        } catch (UncheckedIOException | IllegalArgumentException e) {
            LOG.error(
                    "A record is no change; its lane waits until it is removed: topic={} partition={}",
                    portion.place().topic(),
                    portion.place().partition());
            return Optional.empty();
        }
    }

    /** A record that can't be read may be a change: its lane stands still rather than lose it. The lanes beside it do not. */
    private record Unreadable(RepairWork readable) implements LaneWork {
        @Override
        public Turn turn(Halt halt) {
            Turn turn = readable.turn(halt);
            return turn.over() ? Turn.later(UNREADABLE_WAIT) : turn;
        }

        @Override
        public boolean isOver(Place place) {
            return readable.isOver(place);
        }
    }
}
