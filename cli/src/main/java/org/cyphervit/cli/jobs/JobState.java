package org.cyphervit.cli.jobs;

import java.util.Locale;

/** Where a job stands. */
public enum JobState {
    /** In the queue, or to go on with after the server was ended. */
    WAITING,
    /** Its process runs. */
    RUNNING,
    /** Its process ended with exit code 0. */
    DONE,
    /** Its process ended with another exit code. */
    FAILED,
    /** A person ended it, or took it out of the queue. */
    CANCELLED;

    /** As pages and the database write it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it can be put into the queue again. */
    public boolean isOver() {
        return this == FAILED || this == CANCELLED;
    }
}
