package org.cyphervit.ssl.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * A loss as its paper defines it, in plain Java loops in double precision. The project's loss must have the same
 * value, and its gradient must be the definition's by central differences.
 */
public final class Definition {
    private static final double STEP = 1e-4;

    private Definition() {}

    /** Rows of N(0, 1), always the same. */
    public static double[][] random(long seed, int rows, int columns) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return values;
    }

    public static Tensor tensor(double[][] rows) {
        float[] values = new float[rows.length * rows[0].length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) rows[i / rows[0].length][i % rows[0].length];
        }
        return Tensors.onto(Tensors.of(values, rows.length, rows[0].length), TestDevice.get());
    }

    /** Compares value and gradient at some input; in a pass in bfloat16 too, where a loss is to be computed in float32. */
    public static void check(double[][] input, ToDoubleFunction<double[][]> definition, UnaryOperator<Tensor> loss) {
        check(input, definition, loss, Precision.FP32);
        check(input, definition, loss, Precision.BF16);
    }

    private static void check(
            double[][] input,
            ToDoubleFunction<double[][]> definition,
            UnaryOperator<Tensor> loss,
            Precision precision) {
        try (Scope scope = Scope.open()) {
            Tensor leaf = tensor(input).set_requires_grad(true);
            Tensor value = precision.run(TestDevice.get(), () -> loss.apply(leaf));
            double expected = definition.applyAsDouble(input);
            assertThat(value.item_double())
                    .as("value in a pass in %s", precision)
                    .isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
            value.backward();
            float[] gradient = Tensors.floats(leaf.grad());
            int columns = input[0].length;
            for (int i = 0; i < gradient.length; i++) {
                double[] row = input[i / columns];
                double before = row[i % columns];
                row[i % columns] = before + STEP;
                double above = definition.applyAsDouble(input);
                row[i % columns] = before - STEP;
                double below = definition.applyAsDouble(input);
                row[i % columns] = before;
                assertThat((double) gradient[i])
                        .as("gradient at row %d, column %d in a pass in %s", i / columns, i % columns, precision)
                        .isCloseTo((above - below) / (2 * STEP), within(2e-5));
            }
        }
    }

    /** The softmax of scores over a temperature. */
    public static double[] softmax(double[] scores, double temperature) {
        double[] shares = new double[scores.length];
        double sum = 0;
        for (int k = 0; k < scores.length; k++) {
            shares[k] = Math.exp(scores[k] / temperature);
            sum += shares[k];
        }
        for (int k = 0; k < scores.length; k++) {
            shares[k] /= sum;
        }
        return shares;
    }

    public static double crossEntropy(double[] q, double[] p) {
        double sum = 0;
        for (int k = 0; k < q.length; k++) {
            sum -= q[k] * Math.log(p[k]);
        }
        return sum;
    }

    public static double cosine(double[] a, double[] b) {
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }

    public static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    public static double[] minus(double[] a, double[] b) {
        double[] difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return difference;
    }
}
