package org.cyphervit.ssl;

import java.util.List;

/**
 * How training looks when it has gone wrong: all signs at once, over a few hundred steps.
 *
 * @param signs ranges of running means of measures
 * @param meaning what the signs say, as a sentence without its full stop
 * @param remedy what to change, in sentences that name the settings
 */
public record Symptom(List<Sign> signs, String meaning, String remedy) {
    public Symptom {
        signs = List.copyOf(signs);
    }

    /**
     * A measure (one that the method returns, or {@code loss}) strictly between two values.
     *
     * @param above exclusive
     * @param below exclusive
     */
    public record Sign(String measure, double above, double below) {}

    public static Sign above(String measure, double value) {
        return new Sign(measure, value, Double.POSITIVE_INFINITY);
    }

    public static Sign below(String measure, double value) {
        return new Sign(measure, Double.NEGATIVE_INFINITY, value);
    }

    /** What self-distillation can fall into: the teacher finds all prototypes alike, or only one. */
    public static List<Symptom> ofTeacher(int prototypes, double chanceLoss) {
        double most = Math.log(prototypes);
        return List.of(
                new Symptom(
                        List.of(above("teacher_entropy", 0.99 * most), above("loss", 0.99 * chanceLoss)),
                        "The teacher finds every prototype equally likely (teacher_entropy is ln K)",
                        "Lower method.teacherTemperature, lower method.out, use a smaller batch and more steps."),
                new Symptom(
                        List.of(below("teacher_entropy", 0.01 * most)),
                        "The teacher gives every image to one prototype (teacher_entropy is 0)",
                        "Raise method.teacherTemperature, or let the centre follow faster with a lower"
                                + " method.centerMomentum."));
    }

    /** What contrastive learning can fall into: every other tile is as likely as the right one. */
    public static Symptom ofContrast(double chanceLoss) {
        return new Symptom(
                List.of(above("loss", 0.99 * chanceLoss), below("feature_std", 0.1)),
                "Every tile of the batch is as likely a partner as the right one (the loss is that of a uniform softmax)",
                "Lower optimizer.learningRate, lengthen optimizer.warmup, or use weaker crops and colours.");
    }
}
