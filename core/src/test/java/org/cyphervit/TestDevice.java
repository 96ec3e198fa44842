package org.cyphervit;

import org.bytedeco.pytorch.Device;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;

/** Where tests compute: a GPU if LibTorch sees one, else the CPU; the system property {@code test.device} says otherwise. */
public final class TestDevice {
    /** {@code cpu} or {@code cuda}. */
    public static final String NAME = name();

    private static final Device DEVICE = Scope.keep(Engine.device(NAME));

    private TestDevice() {}

    public static Device get() {
        return DEVICE;
    }

    private static String name() {
        String wished = System.getProperty("test.device", "");
        return wished.isEmpty() ? Engine.cudaDevices() > 0 ? "cuda" : "cpu" : wished;
    }
}
