package org.cyphervit.eval.numeric;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Minimizes a smooth convex function by the limited-memory BFGS method (Nocedal 1980; Nocedal and Wright, Alg. 7.4). */
public final class Lbfgs {
    private static final int MEMORY = 10;
    private static final double SUFFICIENT = 1e-4; // Armijo's constant

    private Lbfgs() {}

    /** A function with its gradient. */
    public interface Objective {
        /** The value at x; writes the gradient. */
        double at(double[] x, double[] gradient);
    }

    private record Pair(double[] s, double[] y, double rho) {}

    /**
     * Walks downhill from {@code start}.
     *
     * @param tolerance ends when no component of the gradient is larger
     */
    public static double[] minimize(Objective objective, double[] start, int iterations, double tolerance) {
        double[] x = start.clone();
        double[] gradient = new double[x.length];
        double value = objective.at(x, gradient);
        Deque<Pair> memory = new ArrayDeque<>();
        for (int i = 0; i < iterations && largest(gradient) > tolerance; i++) {
            double[] direction = direction(gradient, memory);
            double slope = dot(direction, gradient);
            double step = memory.isEmpty() ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
            double[] next = new double[x.length];
            double[] nextGradient = new double[x.length];
            double nextValue;
            while (true) {
                move(x, direction, step, next);
                nextValue = objective.at(next, nextGradient);
                if (nextValue <= value + SUFFICIENT * step * slope) {
                    break;
                }
                step /= 2;
                if (step < 1e-12) {
                    return x; // as low as these numbers can tell
                }
            }
            remember(memory, difference(next, x), difference(nextGradient, gradient));
            x = next;
            gradient = nextGradient;
            value = nextValue;
        }
        return x;
    }

    // Two-loop recursion: minus the inverse Hessian's approximation times the gradient.
    private static double[] direction(double[] gradient, Deque<Pair> memory) {
        double[] q = gradient.clone();
        List<Pair> newestLast = new ArrayList<>(memory);
        double[] alpha = new double[newestLast.size()];
        for (int i = alpha.length - 1; i >= 0; i--) {
            Pair pair = newestLast.get(i);
            alpha[i] = pair.rho * dot(pair.s, q);
            move(q, pair.y, -alpha[i], q);
        }
        if (!newestLast.isEmpty()) {
            Pair last = newestLast.getLast();
            double scale = 1 / (last.rho * dot(last.y, last.y));
            for (int i = 0; i < q.length; i++) {
                q[i] *= scale;
            }
        }
        for (int i = 0; i < alpha.length; i++) {
            Pair pair = newestLast.get(i);
            double beta = pair.rho * dot(pair.y, q);
            move(q, pair.s, alpha[i] - beta, q);
        }
        for (int i = 0; i < q.length; i++) {
            q[i] = -q[i];
        }
        return q;
    }

    private static void remember(Deque<Pair> memory, double[] s, double[] y) {
        double curvature = dot(s, y);
        if (curvature <= 1e-14 * dot(y, y)) {
            return; // rounding has eaten the curvature
        }
        if (memory.size() == MEMORY) {
            memory.removeFirst();
        }
        memory.addLast(new Pair(s, y, 1 / curvature));
    }

    private static void move(double[] from, double[] direction, double step, double[] to) {
        for (int i = 0; i < from.length; i++) {
            to[i] = from[i] + step * direction[i];
        }
    }

    private static double[] difference(double[] a, double[] b) {
        double[] difference = new double[a.length];
        move(a, b, -1, difference);
        return difference;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
