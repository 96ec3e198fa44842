package org.cyphervit.torch;

import java.util.Locale;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;

/** Arithmetic of the forward pass: float32 everywhere, or bfloat16 in matrix products by autocast. */
public enum Precision {
    FP32,
    BF16;

    /** {@code fp32} or {@code bf16}. */
    public static Precision parse(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "fp32" -> FP32;
            case "bf16" -> BF16;
            default -> throw new UserError("Unknown precision '" + name + "'; expected fp32 or bf16.");
        };
    }

    /**
     * Runs a forward pass under this precision. On leaving, the cache of cast weights is cleared: otherwise the next
     * pass would see the weights of before the update.
     */
    public <T> T run(Device device, Supplier<T> forward) {
        return this == FP32 ? forward.get() : apart(device, () -> autocast(device, forward));
    }

    /** Runs the backward pass of what {@link #run} gave. */
    public void back(Device device, Runnable backward) {
        apart(device, () -> {
            backward.run();
            return this;
        });
    }

    // Products in bf16 are oneDNN's, by LibTorch's threads; the few in float32 are not to have threads of their own
    // beside.
    private <T> T apart(Device device, Supplier<T> part) {
        return this == FP32 || device.is_cuda() ? part.get() : OpenBlas.alone(part);
    }

    private static <T> T autocast(Device device, Supplier<T> forward) {
        DeviceType type = device.type();
        torch.set_autocast_dtype(type, ScalarType.BFloat16);
        torch.set_autocast_enabled(type, true);
        try {
            return forward.get();
        } finally {
            torch.set_autocast_enabled(type, false);
            torch.clear_cache();
        }
    }

    /** Runs a part of the pass in float32 arithmetic although autocast is on; inputs are to be cast by the caller. */
    public static <T> T inFloat32(Device device, Supplier<T> part) {
        DeviceType type = device.type();
        if (!torch.is_autocast_enabled(type)) {
            return part.get();
        }
        torch.set_autocast_enabled(type, false);
        try {
            return part.get();
        } finally {
            torch.set_autocast_enabled(type, true);
        }
    }
}
