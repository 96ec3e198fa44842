package org.cyphervit.cli.bench.measure;

import org.cyphervit.UserError;
import org.cyphervit.torch.ProcessMemory;

/** Refuses what does not fit into this machine, before any of it is made. */
public final class BenchMemory {
    private static final int MIB = 20;

    private BenchMemory() {}

    /**
     * Random features, which are drawn by the engine and then lie in one array of this JVM.
     *
     * @param options that ask for so many, for the message
     */
    public static void requireFeatures(long rows, long width, String options) {
        long most = Math.min(Integer.MAX_VALUE - 8L, Runtime.getRuntime().maxMemory() / 2 / Float.BYTES);
        long asked = rows * width;
        if (asked > most) {
            throw new UserError(options + " ask for " + asked + " numbers; with the "
                    + (Runtime.getRuntime().maxMemory() >> MIB) + " MiB of this JVM they may be " + most
                    + ". Ask for less, or give it more memory: CYPHERVIT_JAVA_OPTS=-Xmx32g.");
        }
        requireBytes(asked * Float.BYTES, options);
    }

    /** What the engine is to hold. */
    public static void requireBytes(long bytes, String options) {
        long most = ProcessMemory.limit().orElse(Long.MAX_VALUE);
        if (bytes > most) {
            throw new UserError(options + " ask for " + (bytes >> MIB) + " MiB of memory; this machine has "
                    + (most >> MIB) + " to give. Ask for less.");
        }
    }
}
