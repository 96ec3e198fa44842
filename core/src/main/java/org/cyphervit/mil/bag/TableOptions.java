package org.cyphervit.mil.bag;

import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/**
 * How a table of slides is read.
 *
 * @param task what is learnt
 * @param slide column of the slides' names
 * @param patient column of patients; null where every slide is of a patient of its own
 * @param label column of classes or numbers
 * @param time column of times
 * @param event column of events: 1, true or yes where it was seen
 * @param byPatient whether the slides of a patient are one bag
 * @param leaveOut whether rows without features or without a target are left out and counted, instead of refused
 */
public record TableOptions(
        SlideTask task,
        String slide,
        @Nullable String patient,
        String label,
        String time,
        String event,
        boolean byPatient,
        boolean leaveOut) {
    public TableOptions {
        if (byPatient && patient == null) {
            throw new UserError("A bag for each patient needs a column of patients.");
        }
    }

    /** The usual names of columns; patients as one bag where survival is learnt, for a patient has one life. */
    public static TableOptions of(SlideTask task) {
        return new TableOptions(task, "slide", "patient", "label", "time", "event", task == SlideTask.SURVIVAL, false);
    }
}
