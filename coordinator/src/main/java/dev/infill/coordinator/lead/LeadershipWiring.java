package dev.infill.coordinator.lead;

import dev.infill.coordinator.check.Environments;
import dev.infill.coordinator.ddl.Ddl;
import dev.infill.coordinator.evidence.EvidenceReader;
import dev.infill.coordinator.kafka.Announcements;
import dev.infill.coordinator.kafka.RepairedChanges;
import dev.infill.coordinator.kafka.TaskTopic;
import dev.infill.coordinator.kafka.TopicSetup;
import dev.infill.coordinator.signal.SignalWatch;
import dev.infill.coordinator.signal.WriterWatch;
import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.protocol.Progress;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** Puts together what a leader needs, anew for each leadership, so that nothing is remembered from an earlier one. */
public final class LeadershipWiring {
    /** More than workers ever; fixed for a topic's life. */
    private static final int LANES = 48;

    private static final int CHANGES_PARTITIONS = 12;
    private static final Manners MANNERS = Manners.of("infill coordinator background");

    private final Kafka kafka;
    private final Function<String, Optional<Progress>> progress;
    private final InstantSource clock;
    private final Environments environments;
    private final MeterRegistry meters;

    /** The coordinator's side of Kafka. */
    public record Kafka(
            TopicSetup setup, TaskTopic tasks, RepairedChanges changes, Announcements announcements, Topics topics) {}

    public LeadershipWiring(
            Kafka kafka,
            Function<String, Optional<Progress>> progress,
            InstantSource clock,
            Environments environments,
            MeterRegistry meters) {
        this.kafka = kafka;
        this.progress = progress;
        this.clock = clock;
        this.environments = environments;
        this.meters = meters;
    }

    /** What a leader in this database needs. */
    public Leadership leadership(Database database) {
        String changes = kafka.topics().changes(database.name());
        Background background = new Background(database, MANNERS.patient());
        CaptureCare care = new CaptureCare(kafka.setup(), kafka.changes(), changes, CHANGES_PARTITIONS);
        PaceKeeper keeper = new PaceKeeper(new SignalWatch(database), clock);
        Direction direction = new Direction(kafka.announcements(), keeper, new WriterWatch(database), clock);
        return new Leadership(
                kafka.setup(),
                kafka.topics(),
                new Leadership.Tools(care, direction, background, new LeaderMeters(meters, database.name()), LANES),
                steps(changes, background));
    }

    private Map<Stage, StageStep> steps(String changes, Background background) {
        BarrierWait barriers = new BarrierWait(CHANGES_PARTITIONS);
        RangeWork ranges = new RangeWork(kafka.tasks(), barriers, LANES);
        SchemaWork schema = new SchemaWork(
                new Ddl(Ddl.Settings.with(MANNERS.lockTimeout()), System::nanoTime, new Random()), background);
        Map<Stage, StageStep> steps = new EnumMap<>(Stage.class);
        steps.put(Stage.CHECK, new CheckStep(environments));
        steps.put(Stage.EXPAND, new ExpandStep(schema));
        steps.put(Stage.CAPTURE, new CaptureStep(kafka.setup(), changes, background, schema, CHANGES_PARTITIONS));
        steps.put(Stage.FILL, new FillStep(ranges));
        steps.put(Stage.VERIFY, new VerifyStep(ranges));
        steps.put(Stage.INDEX, new IndexStep(schema));
        steps.put(Stage.SYNC, new SyncStep(barriers, new EvidenceReader(progress, clock)));
        steps.put(Stage.ENFORCE, new EnforceStep(schema));
        steps.put(Stage.COMPLETE, new EndStep(kafka.setup(), kafka.topics(), kafka.announcements(), schema, progress));
        return steps;
    }
}
