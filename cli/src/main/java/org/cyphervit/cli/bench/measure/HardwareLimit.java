package org.cyphervit.cli.bench.measure;

/**
 * Work beside the least time it can take: as many operations at the rate of plain matrix products.
 *
 * @param gflop floating-point operations of the work, in billions; a multiplication with its addition counts as two
 * @param milliseconds that it took
 * @param gemm GFLOP/s of matrix products on the same device at the same precision
 */
public record HardwareLimit(double gflop, double milliseconds, double gemm) {
    /** GFLOP/s. */
    public double achieved() {
        return gflop / milliseconds * 1e3;
    }

    /** Milliseconds of the same operations as plain matrix products. */
    public double limitMilliseconds() {
        return gflop / gemm * 1e3;
    }

    /** 1 at the limit; a little more is within the noise of the measured rate. */
    public double share() {
        return limitMilliseconds() / milliseconds;
    }
}
