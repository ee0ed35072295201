package dev.infill.coordinator.migration;

import dev.infill.protocol.PassScope;
import dev.infill.protocol.TaskKind;

/** What to do in a stage that works through ranges. */
public sealed interface NextStep {
    /** Tasks are open: nothing to decide. */
    record Wait() implements NextStep {}

    /** Nothing can be done before a person, the application or time helps; says why. */
    record HoldUp(String why) implements NextStep {}

    /** Hand out tasks for some ranges. */
    record OpenPass(TaskKind kind, PassScope scope) implements NextStep {}

    /** Emit a barrier, wait until it has passed, then hand out tasks. */
    record OpenPassAfterBarrier(TaskKind kind, PassScope scope) implements NextStep {}

    /** Everything is done once a barrier that is emitted now has passed. */
    record LeaveAfterBarrier() implements NextStep {}

    /** Everything is done. */
    record Leave() implements NextStep {}
}
