package org.cyphervit.mil.bag;

import java.util.List;

/**
 * One bag to learn from, or to say something of: a slide, or all slides of a patient.
 *
 * @param name the slide's, or the patient's
 * @param patient it is of
 * @param bags of the slides, in the table's order
 * @param target what is known of it
 */
public record Example(String name, String patient, List<Bag> bags, Target target) {
    public Example {
        bags = List.copyOf(bags);
    }

    /** A slide of which nothing is known. */
    public static Example of(Bag bag) {
        return new Example(bag.slide(), bag.slide(), List.of(bag), Target.ofClass(-1));
    }

    /** N, over all slides. */
    public int rows() {
        return bags.stream().mapToInt(Bag::rows).sum();
    }

    /** D. */
    public int width() {
        return bags.getFirst().width();
    }
}
