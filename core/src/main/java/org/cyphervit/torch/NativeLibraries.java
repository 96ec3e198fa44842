package org.cyphervit.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.Collections;
import java.util.jar.JarEntry;
import org.bytedeco.javacpp.Loader;

/**
 * The native libraries of the engine. JavaCPP unpacks each when it loads it. Those of a build for CUDA look for each other as
 * they load, and for {@code torch_cuda_linalg} even later, so the first run of all would find no GPU, and no singular values
 * until another class had been used. Here they are unpacked together, before any is loaded.
 */
final class NativeLibraries {
    static {
        EngineSettings.apply();
        String folder = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/";
        URL one = NativeLibraries.class.getResource(folder + "libtorch_cuda.so");
        if (one != null) {
            try {
                unpack(one, folder.substring(1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    // By their names: a jar that was packed anew need not tell of folders.
    private static void unpack(URL one, String folder) throws IOException {
        if (one.openConnection() instanceof JarURLConnection jar) {
            for (JarEntry entry : Collections.list(jar.getJarFile().entries())) {
                if (entry.getName().startsWith(folder) && !entry.isDirectory()) {
                    Loader.cacheResource(NativeLibraries.class, "/" + entry.getName());
                }
            }
        }
    }

    private NativeLibraries() {}

    /** Tunes the engine and unpacks its libraries, once; to be called before any of them is loaded. */
    static void unpack() {}
}
