package org.cyphervit.stain;

/** Order statistics by selection (Hoare's quickselect with a median of three), in linear time. */
final class Percentiles {
    private Percentiles() {}

    /** Two neighbouring values of the sorted array and the weight of the upper one. */
    record Neighbours(double lower, double upper, double weight) {
        double interpolated() {
            return lower + (upper - lower) * weight;
        }
    }

    /** The values about rank percent / 100 * (n - 1); reorders the array. */
    static Neighbours around(double[] values, double percent) {
        double rank = percent / 100 * (values.length - 1);
        int k = (int) rank;
        select(values, k);
        double lower = values[k];
        double upper = lower;
        if (k + 1 < values.length) {
            upper = values[k + 1];
            for (int i = k + 2; i < values.length; i++) {
                upper = Math.min(upper, values[i]);
            }
        }
        return new Neighbours(lower, upper, rank - k);
    }

    /** The percentile with linear interpolation between neighbours; reorders the array. */
    static double linear(double[] values, double percent) {
        return around(values, percent).interpolated();
    }

    // Afterwards values[k] is in its sorted place, none before it is larger and none after it smaller.
    private static void select(double[] values, int k) {
        int low = 0;
        int high = values.length - 1;
        while (low < high) {
            double pivot = medianOfThree(values[low], values[(low + high) >>> 1], values[high]);
            int i = low;
            int j = high;
            while (i <= j) {
                while (values[i] < pivot) {
                    i++;
                }
                while (values[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    double kept = values[i];
                    values[i++] = values[j];
                    values[j--] = kept;
                }
            }
            if (k <= j) {
                high = j;
            } else if (k >= i) {
                low = i;
            } else {
                return;
            }
        }
    }

    private static double medianOfThree(double a, double b, double c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
}
