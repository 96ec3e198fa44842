package org.cyphervit.torch;

import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A part of a training step as an event of JDK Flight Recorder, so that any profiler of the JVM sees where the time goes
 * and training itself keeps no clocks. Costs nothing measurable while nobody records. On a GPU it is the time to launch the
 * work, not to do it.
 *
 * {@snippet :
 * try (Phase phase = Phase.of(Phase.Part.BACKWARD)) {
 *     loss.backward();
 * }
 * }
 */
@Name(Phase.EVENT)
@Label("Part of a training step")
@Category("CypherViT")
@StackTrace(false)
public final class Phase extends Event implements AutoCloseable {
    /** The event's name in recordings. */
    public static final String EVENT = "org.cyphervit.Phase";

    /** The parts; a forward or inference pass of a method lies within its loss. */
    public enum Part {
        /** A training pass of a backbone. */
        FORWARD,
        /** A pass of a backbone in evaluation mode: a teacher's. */
        INFERENCE,
        /** A method's loss with all that it needs: passes of backbones, heads, targets. */
        LOSS,
        BACKWARD,
        /** Gradients' means over ranks, and the wait for the slowest of them. */
        AVERAGE,
        /** Clipping and the optimizer's step. */
        OPTIMIZER,
        /** What a method does after it: the teacher follows. */
        UPDATE;

        /** The name as it stands in events. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@link Part#key}. */
    @Label("Part")
    @SuppressWarnings("UnusedVariable") // Flight Recorder reads it
    private final String part;

    private Phase(String part) {
        this.part = part;
    }

    /** Begins a part; close it in the same thread. */
    public static Phase of(Part part) {
        Phase phase = new Phase(part.key());
        phase.begin();
        return phase;
    }

    @Override
    public void close() {
        commit();
    }
}
