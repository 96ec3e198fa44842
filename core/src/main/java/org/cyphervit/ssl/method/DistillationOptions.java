package org.cyphervit.ssl.method;

import org.cyphervit.Ranges;

/**
 * Options of learning a larger encoder's features.
 *
 * @param teacher an encoder's file, a run's folder, or the name of an imported encoder
 * @param loss by direction or by value; see {@link org.cyphervit.ssl.loss.DistillationLoss}
 * @param pooled weight of the images' features
 * @param patches weight of the patches' features; 0 for none
 * @param teacherSize side of the views as the teacher sees them, pixels; 0 for that of the student's views. A multiple of
 *     the teacher's patch is taken, the nearest
 */
public record DistillationOptions(String teacher, Loss loss, double pooled, double patches, int teacherSize) {
    /** How features are compared. */
    public enum Loss {
        COSINE,
        SQUARED
    }

    public DistillationOptions {
        Ranges.of("Distillation")
                .number("pooled", pooled, 0, 1000)
                .number("patches", patches, 0, 1000)
                .above("pooled + patches", pooled + patches, 0, 2000)
                .whole("teacherSize", teacherSize, 0, 4096)
                .check();
    }
}
