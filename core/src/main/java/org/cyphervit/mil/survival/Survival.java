package org.cyphervit.mil.survival;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What was seen of a group of patients.
 *
 * @param times until the event or the last visit, at least 0
 * @param events whether the event was seen; else the time is censored
 */
public record Survival(double[] times, boolean[] events) {
    public Survival {
        if (times.length != events.length) {
            throw new IllegalArgumentException(times.length + " times with " + events.length + " events.");
        }
        for (double time : times) {
            if (!(time >= 0 && time < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("A time of " + time + "; expected a number of at least 0.");
            }
        }
    }

    /** N. */
    public int size() {
        return times.length;
    }

    /** Events that were seen. */
    public int count() {
        int count = 0;
        for (boolean event : events) {
            count += event ? 1 : 0;
        }
        return count;
    }

    /** The patients with these indices, in this order. */
    public Survival select(int[] indices) {
        boolean[] chosen = new boolean[indices.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = events[indices[i]];
        }
        return new Survival(Arrays.stream(indices).mapToDouble(i -> times[i]).toArray(), chosen);
    }

    /** Times at which an event was seen, rising, each once. */
    double[] eventTimes() {
        return IntStream.range(0, times.length)
                .filter(i -> events[i])
                .mapToDouble(i -> times[i])
                .sorted()
                .distinct()
                .toArray();
    }

    /** Patients who had neither event nor end before that time. */
    int atRisk(double time) {
        return (int) Arrays.stream(times).filter(t -> t >= time).count();
    }

    /** Events at exactly that time. */
    int eventsAt(double time) {
        int count = 0;
        for (int i = 0; i < times.length; i++) {
            count += events[i] && times[i] == time ? 1 : 0;
        }
        return count;
    }
}
