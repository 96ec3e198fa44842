package org.cyphervit.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import org.bytedeco.javacpp.Loader;

/**
 * The native libraries of the engine. JavaCPP unpacks each when it loads it. Those of a build for CUDA look for each other as
 * they load, and for {@code torch_cuda_linalg} even later, so the first run of all would find no GPU, and no singular values
 * until another class had been used. Here they are unpacked together, before any is loaded.
 */
final class Natives {
    static {
        URL folder = Natives.class.getResource("/org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/");
        if (folder != null) {
            try {
                Loader.cacheResource(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Natives() {}

    /** Unpacks them, once. */
    static void unpack() {}
}
