package org.cyphervit.mil.bag;

/**
 * What is to be said of a slide or patient; which of these counts is the task's.
 *
 * @param label index into the classes, or -1
 * @param number to estimate, or NaN
 * @param time until the event or the last visit, or NaN
 * @param event whether the event was seen
 */
public record Target(int label, double number, double time, boolean event) {
    static Target ofClass(int label) {
        return new Target(label, Double.NaN, Double.NaN, false);
    }

    static Target ofNumber(double number) {
        return new Target(-1, number, Double.NaN, false);
    }

    static Target ofEvent(double time, boolean event) {
        return new Target(-1, Double.NaN, time, event);
    }
}
