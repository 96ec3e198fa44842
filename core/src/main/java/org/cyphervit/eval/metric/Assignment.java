package org.cyphervit.eval.metric;

import java.util.Arrays;

/** The assignment problem: rows to columns one-to-one with the greatest sum (Kuhn 1955, with Jonker's shortest paths). */
public final class Assignment {
    private Assignment() {}

    /**
     * The best assignment.
     *
     * @param gain R x K finite numbers
     * @return for each row its column, or -1 for the rows that are left over where R is above K
     */
    public static int[] best(double[][] gain) {
        int rows = gain.length;
        int columns = rows == 0 ? 0 : gain[0].length;
        int size = Math.max(rows, columns);
        double[][] cost = new double[size][size]; // padded with zeros: a pad is nobody
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                cost[r][c] = -gain[r][c];
            }
        }
        int[] rowOf = hungarian(cost);
        int[] columnOf = new int[rows];
        Arrays.fill(columnOf, -1);
        for (int c = 0; c < columns; c++) {
            if (rowOf[c] < rows) {
                columnOf[rowOf[c]] = c;
            }
        }
        return columnOf;
    }

    // For each column its row. One row is added at a time along the cheapest alternating path; u and v are the duals.
    // Column `n` stands for the row that is being added.
    private static int[] hungarian(double[][] cost) {
        int n = cost.length;
        double[] u = new double[n];
        double[] v = new double[n + 1];
        int[] rowOf = new int[n + 1];
        Arrays.fill(rowOf, -1);
        for (int row = 0; row < n; row++) {
            rowOf[n] = row;
            double[] slack = new double[n];
            Arrays.fill(slack, Double.POSITIVE_INFINITY);
            int[] before = new int[n];
            boolean[] seen = new boolean[n + 1];
            int column = n;
            while (rowOf[column] >= 0) {
                seen[column] = true;
                int from = rowOf[column];
                int next = -1;
                for (int c = 0; c < n; c++) {
                    if (!seen[c]) {
                        double reduced = cost[from][c] - u[from] - v[c];
                        if (reduced < slack[c]) {
                            slack[c] = reduced;
                            before[c] = column;
                        }
                        next = next < 0 || slack[c] < slack[next] ? c : next;
                    }
                }
                double delta = slack[next];
                for (int c = 0; c <= n; c++) {
                    if (seen[c]) {
                        u[rowOf[c]] += delta;
                        v[c] -= delta;
                    } else if (c < n) {
                        slack[c] -= delta;
                    }
                }
                column = next;
            }
            while (column != n) {
                rowOf[column] = rowOf[before[column]];
                column = before[column];
            }
        }
        return rowOf;
    }
}
