package org.cyphervit.interpret.umap;

import java.util.random.RandomGenerator;

/**
 * Optimisation of the layout by stochastic gradient descent with negative samples (Algorithm 5 of the paper): the cross
 * entropy between the graph's strengths and those of the plane, w = 1 / (1 + a d^(2b)). With y = y_i - y_j and d = |y|,
 *
 * <pre>
 * d log w / d y_i       = -2ab d^(2b-2) / (1 + a d^(2b)) y       pulls the ends of an edge together
 * d log (1 - w) / d y_i =  2b / (d^2 (1 + a d^(2b))) y           pushes others away
 * </pre>
 *
 * <ol>
 *   <li>Each edge gets a random phase, so that it is drawn in the share w / max w of the epochs, evenly spread.
 *   <li>In each epoch, for each edge (i, j) that is due: pull i and j together,
 *   <li>then push i away from some points drawn at random (negative samples), which themselves stay.
 *   <li>Each coordinate moves by at most 4 times the learning rate, which falls to 0 along a line.
 * </ol>
 *
 * One thread, so that a seed fixes the result.
 */
final class LayoutOptimizer {
    private static final double CLIP = 4;
    /** Keeps the push of points that lie on one another finite. */
    private static final double SOFTENING = 1e-3;

    private final FuzzyGraph graph;
    private final LayoutKernel kernel;
    private final UmapOptions options;
    private final RandomGenerator random;
    private final double[] y;

    /** @param y start, N x 2; optimised in place */
    LayoutOptimizer(FuzzyGraph graph, LayoutKernel kernel, UmapOptions options, RandomGenerator random, double[] y) {
        this.graph = graph;
        this.kernel = kernel;
        this.options = options;
        this.random = random;
        this.y = y;
    }

    void optimise() {
        int epochs = options.epochsFor(graph.points());
        double top = 0;
        for (float weight : graph.weights()) {
            top = Math.max(top, weight);
        }
        // An edge is drawn in the share w / max w of the epochs, evenly spread from a start of its own.
        double[] due = new double[graph.weights().length];
        for (int e = 0; e < due.length; e++) {
            due[e] = random.nextDouble();
        }
        for (int epoch = 0; epoch < epochs; epoch++) {
            double rate = options.learningRate() * (1 - (double) epoch / epochs);
            for (int i = 0; i < graph.points(); i++) {
                for (int e = graph.starts()[i]; e < graph.starts()[i + 1]; e++) {
                    due[e] += graph.weights()[e] / top;
                    if (due[e] >= 1) {
                        due[e] -= 1;
                        attract(i, graph.columns()[e], rate);
                        repel(i, rate);
                    }
                }
            }
        }
    }

    private void attract(int i, int j, double rate) {
        double dx = y[2 * i] - y[2 * j];
        double dy = y[2 * i + 1] - y[2 * j + 1];
        double square = dx * dx + dy * dy;
        if (square == 0) {
            return;
        }
        double power = Math.pow(square, kernel.b());
        double pull = -2 * kernel.a() * kernel.b() * power / (square * (1 + kernel.a() * power));
        double moveX = rate * clip(pull * dx);
        double moveY = rate * clip(pull * dy);
        y[2 * i] += moveX;
        y[2 * i + 1] += moveY;
        y[2 * j] -= moveX;
        y[2 * j + 1] -= moveY;
    }

    private void repel(int i, double rate) {
        for (int n = 0; n < options.negatives(); n++) {
            int other = random.nextInt(graph.points());
            if (other == i) {
                continue;
            }
            double dx = y[2 * i] - y[2 * other];
            double dy = y[2 * i + 1] - y[2 * other + 1];
            double square = dx * dx + dy * dy;
            double push = 2 * kernel.b() / ((SOFTENING + square) * (1 + kernel.a() * Math.pow(square, kernel.b())));
            y[2 * i] += rate * clip(push * dx);
            y[2 * i + 1] += rate * clip(push * dy);
        }
    }

    private static double clip(double gradient) {
        return Math.clamp(gradient, -CLIP, CLIP);
    }
}
