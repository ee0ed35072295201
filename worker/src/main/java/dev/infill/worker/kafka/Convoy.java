package dev.infill.worker.kafka;

import dev.infill.worker.range.Halt;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.LaneWork.Place;
import dev.infill.worker.range.LaneWork.Portion;
import dev.infill.worker.range.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lanes whose records are worked together, each until its own are dealt with. The poll thread owns it; a slot's thread sees
 * the work and the halt alone.
 *
 * <p>A lane that is taken away stops the whole convoy at its next batch boundary and leaves it. The others go on with the
 * same work, its records among them: they are repaired here and by their new owner, in any order, which is harmless, and a
 * barrier that is passed for it here is passed rightly, for everything before it in its partition is repaired.
 */
final class Convoy {
    private final Work work;
    private final List<Lane> lanes;
    private Stop stop = new Stop();
    private boolean running;
    private Duration notBefore = Duration.ZERO;

    /**
     * A convoy of these lanes, which must have taken these portions.
     *
     * @param lanes in the portions' order
     */
    Convoy(LaneWork.Source source, List<Lane> lanes, List<Portion> portions) {
        this.work = new Work(source, portions);
        this.lanes = new ArrayList<>(lanes);
        lanes.forEach(lane -> lane.join(this));
    }

    boolean isRunning() {
        return running;
    }

    /** Whether a slot may take a turn of it now. */
    boolean isReady(Duration now) {
        return !running && now.compareTo(notBefore) >= 0;
    }

    /** How long its rest lasts; not positive when it is over. */
    Duration untilReady(Duration now) {
        return notBefore.minus(now);
    }

    /** Whether every lane has left it. */
    boolean isOver() {
        return lanes.isEmpty();
    }

    LaneWork work() {
        return work;
    }

    /** The halt of the turn that begins now. */
    Halt beginTurn() {
        running = true;
        stop = new Stop();
        return stop;
    }

    /** Lets go of lanes that are over, and of those that were stopped. */
    void endTurn(Turn turn, Duration now) {
        running = false;
        notBefore = now.plus(turn.rest());
        for (Lane lane : List.copyOf(lanes)) {
            boolean dealtWith = turn.over() || work.isOver(lane.place());
            if (dealtWith || lane.isStopped()) {
                lanes.remove(lane);
                lane.leave(dealtWith);
            }
        }
    }

    /** One of its lanes was stopped. */
    void stop() {
        stop.raise();
        if (!running) {
            endTurn(Turn.STOPPED, notBefore);
        }
    }

    /** Reads its records when its first turn comes: the poll thread has no time for that. */
    private static final class Work implements LaneWork {
        private final Source source;
        private final List<Portion> portions;
        private @Nullable LaneWork delegate;

        Work(Source source, List<Portion> portions) {
            this.source = source;
            this.portions = portions;
        }

        @Override
        public Turn turn(Halt halt) throws InterruptedException {
            LaneWork begun = delegate == null ? source.begin(portions) : delegate;
            delegate = begun;
            return begun.turn(halt);
        }

        @Override
        public boolean isOver(Place place) {
            return delegate != null && delegate.isOver(place);
        }
    }

    private static final class Stop implements Halt {
        private final CountDownLatch latch = new CountDownLatch(1);

        void raise() {
            latch.countDown();
        }

        @Override
        public boolean raised() {
            return latch.getCount() == 0;
        }

        @Override
        @SuppressWarnings("ReturnValueIgnored") // whoever waited asks raised() anyway
        public void await(Duration time) throws InterruptedException {
            latch.await(time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
