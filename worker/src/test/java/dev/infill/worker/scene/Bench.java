package dev.infill.worker.scene;

import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.protocol.Directive;
import dev.infill.protocol.Directive.Order;
import dev.infill.protocol.Directive.Pace;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.RangeTask;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.json.Json;
import dev.infill.worker.postgres.RepairWorks;
import dev.infill.worker.postgres.Surroundings;
import dev.infill.worker.postgres.TaskWorks;
import dev.infill.worker.postgres.WorkerSessions;
import dev.infill.worker.range.Directives;
import dev.infill.worker.range.Halt;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.LaneWork.Place;
import dev.infill.worker.range.LaneWork.Portion;
import dev.infill.worker.range.Turn;
import dev.infill.worker.transform.Transforms;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A worker's insides without Kafka: its lanes' work is done on the test's thread. */
public final class Bench implements AutoCloseable {
    private static final String CHANGES = "changes";

    private final Scene scene;
    private final Watcher watcher = new Watcher();
    private final WorkerSessions sessions;
    private final Surroundings around;
    private final TaskWorks tasks;
    private final RepairWorks repairs;
    private volatile Directives directives = Directives.NONE;

    public Bench(Scene scene, String worker) {
        this(scene, worker, scene.target());
    }

    public Bench(Scene scene, String worker, Database database) {
        this.scene = scene;
        this.sessions = new WorkerSessions(List.of(database), Manners.of("infill worker " + worker), Bench::now);
        this.around = new Surroundings(
                worker, sessions, () -> directives, watcher, new Transforms(List.of()), Clock.systemUTC(), Bench::now);
        this.tasks = new TaskWorks(around);
        this.repairs = new RepairWorks(Map.of(CHANGES, Scene.DATABASE), around);
        direct(Order.RUN, 1);
    }

    public void direct(Order order, double pace) {
        Directive directive = new Directive(
                Scene.NAME,
                Scene.DATABASE,
                scene.migration().table(),
                1,
                order,
                true,
                new Pace(pace, null),
                Ownership.DERIVED,
                Instant.EPOCH);
        directives = directives.hear(directive, now().plusSeconds(3600));
    }

    public Surroundings surroundings() {
        return around;
    }

    public Scene scene() {
        return scene;
    }

    public Watcher watcher() {
        return watcher;
    }

    public WorkerSessions sessions() {
        return sessions;
    }

    public LaneWork task(int pass, TaskKind kind, int range) {
        RangeTask task = scene.task(pass, kind, range);
        return tasks.begin(List.of(new Portion(new Place("tasks", 0), List.of(Json.bytes(task)))));
    }

    /** Works on a range until its task is over, for half a minute at most. */
    public void work(int pass, TaskKind kind, int range) throws InterruptedException {
        finish(task(pass, kind, range));
    }

    public LaneWork changes(int partition, Object... changes) {
        return repairs.begin(List.of(portion(partition, changes)));
    }

    /** Changes of several partitions, worked together. */
    public LaneWork together(Portion... portions) {
        return repairs.begin(List.of(portions));
    }

    public static Portion portion(int partition, Object... changes) {
        return new Portion(
                place(partition), Arrays.stream(changes).map(Json::bytes).toList());
    }

    /** Where changes lie. */
    public static Place place(int partition) {
        return new Place(CHANGES, partition);
    }

    /** Gives a work its turns until it is over, for half a minute at most. */
    public void finish(LaneWork work) throws InterruptedException {
        Duration end = now().plusSeconds(30);
        Turn turn = work.turn(NEVER);
        while (!turn.over()) {
            if (now().compareTo(end) > 0) {
                throw new AssertionError("the work is not over after half a minute");
            }
            NEVER.await(turn.rest());
            turn = work.turn(NEVER);
        }
    }

    @Override
    public void close() {
        sessions.close();
    }

    private static Duration now() {
        return Duration.ofNanos(System.nanoTime());
    }

    /** Never raised. */
    public static final Halt NEVER = new Halt() {
        @Override
        public boolean raised() {
            return false;
        }

        @Override
        public void await(Duration time) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        }
    };
}
