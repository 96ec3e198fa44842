package org.cyphervit.mil.fit;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.mil.aggregator.Aggregator;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.survival.CoxLoss;
import org.cyphervit.mil.survival.Survival;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/** What is minimised: cross-entropy, the squared error of scaled numbers, or Cox's partial likelihood. */
record Objective(Cohort cohort, int[] labels, CoxLoss.Ties ties) {
    /** The loss of one bag, with what its aggregator adds; not for survival, whose loss is of many bags. */
    Tensor bag(SlideNet net, Aggregator.Pooled pooled, int example) {
        Tensor own = cohort.task() == SlideTask.CLASSES
                ? torch.cross_entropy_loss(pooled.outputs(), label(example, pooled.outputs()))
                : pooled.outputs()
                        .sub(net.scaled(cohort.examples().get(example).target().number()))
                        .square()
                        .mean();
        return cohort.task() == SlideTask.CLASSES ? net.aggregator().loss(pooled, own, labels[example]) : own;
    }

    /** The loss of bags whose outputs are there, without what aggregators add: what settings are chosen by. */
    double validation(double[][] outputs, int[] examples) {
        try (Scope scope = Scope.open()) {
            return switch (cohort.task()) {
                case SURVIVAL -> {
                    Survival survival = cohort.survival().select(examples);
                    yield CoxLoss.of(column(outputs), survival, ties).item_double() / Math.max(1, survival.count());
                }
                case CLASSES -> {
                    double sum = 0;
                    for (int i = 0; i < examples.length; i++) {
                        double[] row = outputs[i];
                        double largest = Arrays.stream(row).max().orElseThrow();
                        double total = Arrays.stream(row)
                                .map(v -> Math.exp(v - largest))
                                .sum();
                        sum += Math.log(total) + largest - row[labels[examples[i]]];
                    }
                    yield sum / examples.length;
                }
                case NUMBER -> {
                    double sum = 0;
                    for (int i = 0; i < examples.length; i++) {
                        double error = outputs[i][0]
                                - cohort.examples().get(examples[i]).target().number();
                        sum += error * error;
                    }
                    yield sum / examples.length;
                }
            };
        }
    }

    /** The gradient of Cox's loss, per event, by each risk of a step; all 0 where no event was seen. */
    double[] riskGradients(double[] risks, int[] examples) {
        try (Scope scope = Scope.open()) {
            Survival survival = cohort.survival().select(examples);
            double[][] rows = new double[risks.length][];
            for (int i = 0; i < risks.length; i++) {
                rows[i] = new double[] {risks[i]};
            }
            Tensor risk = column(rows).requires_grad_(true);
            CoxLoss.of(risk, survival, ties)
                    .div(new Scalar(Math.max(1.0, survival.count())))
                    .backward();
            return Tensors.doubles(risk.grad());
        }
    }

    private Tensor label(int example, Tensor like) {
        return Tensors.ofLabels(new int[] {labels[example]}).to(like.device(), ScalarType.Long);
    }

    private static Tensor column(double[][] rows) {
        Tensor column = torch.empty(new long[] {rows.length}, Tensors.options(ScalarType.Double), null);
        double[] values = Arrays.stream(rows).mapToDouble(row -> row[0]).toArray();
        new org.bytedeco.javacpp.DoublePointer(column.data_ptr()).put(values, 0, values.length);
        return column;
    }
}
