package org.cyphervit.study;

import java.util.function.IntConsumer;

/** Someone who is told how a study goes. */
public interface StudyListener {
    void say(String message);

    /** A counter of {@code total} tiles that are about to be embedded. */
    IntConsumer tiles(String what, int total);

    /** A step of fine-tuning. */
    void step(String what, long step, long steps);
}
