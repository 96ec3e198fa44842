package org.cyphervit.study.table;

import org.cyphervit.eval.metric.Summary;

/**
 * A column of a table: one number per row.
 *
 * @param title for people
 * @param work what has to be measured
 * @param measure the measurement's name, without {@code .resplit}
 * @param samples the name of its numbers per test sample; empty where there are none
 * @param resplit whether the table shows means over re-splits
 * @param percent whether it is shown in percent
 * @param rises whether more is better
 * @param paper the column's name in the paper's figures
 */
public record Column(
        String title,
        Measurement work,
        String measure,
        String samples,
        boolean resplit,
        boolean percent,
        boolean rises,
        String paper) {
    /** Such as {@code 61.20 ± 0.80}. */
    public String text(Summary summary) {
        return summary.text(percent ? 100 : 1, percent ? 2 : measure.endsWith(".mse") ? 4 : 3);
    }

    /** The measurement that the table shows. */
    public String shown() {
        return resplit ? measure + ".resplit" : measure;
    }
}
