package org.cyphervit.slide.codec;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/**
 * The C library OpenJPEG 2.5 through Java's foreign-function interface. Leptonica's natives, which are among the program's
 * libraries, hold it; where they do not show it, the system's own is taken.
 */
public final class OpenJpeg {
    private static final List<String> BUNDLED =
            List.of("libleptonica.so.6", "libleptonica.6.dylib", "libleptonica-6.dll", "leptonica-6.dll");
    private static final List<String> INSTALLED = List.of(
            "libopenjp2.so.7",
            "libopenjp2.7.dylib",
            "/opt/homebrew/lib/libopenjp2.dylib",
            "openjp2.dll",
            "libopenjp2-7.dll");

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private static final int CODESTREAM = 0; // OPJ_CODEC_J2K
    private static final int PARAMETERS = 1 << 14; // opj_dparameters_t has some 8 KiB
    // opj_image_t: four ints of place, number of components, colour space, their address.
    private static final int IMAGE_COUNT = 16;
    private static final int IMAGE_COMPONENTS = 24;
    // opj_image_comp_t: dx, dy, w, h, x0, y0, precision, ..., the address of its values.
    private static final int COMPONENT_BYTES = 64;
    private static final int COMPONENT_WIDTH = 8;
    private static final int COMPONENT_DATA = 48;

    private static final @Nullable OpenJpeg LOADED = load();

    private final MethodHandle version;
    private final MethodHandle createStream;
    private final MethodHandle setRead;
    private final MethodHandle setSkip;
    private final MethodHandle setSeek;
    private final MethodHandle setUserData;
    private final MethodHandle setLength;
    private final MethodHandle destroyStream;
    private final MethodHandle createDecoder;
    private final MethodHandle defaults;
    private final MethodHandle setUp;
    private final MethodHandle readHeader;
    private final MethodHandle decode;
    private final MethodHandle end;
    private final MethodHandle destroyCodec;
    private final MethodHandle destroyImage;
    private final MemorySegment read;
    private final MemorySegment skip;
    private final MemorySegment seek;

    /** Values of one component, at a half or all of the image's resolution. */
    record Plane(int width, int height, int dx, int dy, int[] values) {
        int at(int x, int y) {
            return values[Math.min(y / dy, height - 1) * width + Math.min(x / dx, width - 1)];
        }
    }

    /** A decoded image; the first component has all its pixels. */
    record Components(List<Plane> planes) {
        int width() {
            return planes.getFirst().width();
        }

        int height() {
            return planes.getFirst().height();
        }
    }

    private OpenJpeg(SymbolLookup library) {
        version = NativeFunctions.find(library, "opj_version", FunctionDescriptor.of(POINTER));
        createStream = NativeFunctions.find(library, "opj_stream_create", FunctionDescriptor.of(POINTER, LONG, INT));
        setRead = NativeFunctions.find(
                library, "opj_stream_set_read_function", FunctionDescriptor.ofVoid(POINTER, POINTER));
        setSkip = NativeFunctions.find(
                library, "opj_stream_set_skip_function", FunctionDescriptor.ofVoid(POINTER, POINTER));
        setSeek = NativeFunctions.find(
                library, "opj_stream_set_seek_function", FunctionDescriptor.ofVoid(POINTER, POINTER));
        setUserData = NativeFunctions.find(
                library, "opj_stream_set_user_data", FunctionDescriptor.ofVoid(POINTER, POINTER, POINTER));
        setLength = NativeFunctions.find(
                library, "opj_stream_set_user_data_length", FunctionDescriptor.ofVoid(POINTER, LONG));
        destroyStream = NativeFunctions.find(library, "opj_stream_destroy", FunctionDescriptor.ofVoid(POINTER));
        createDecoder = NativeFunctions.find(library, "opj_create_decompress", FunctionDescriptor.of(POINTER, INT));
        defaults =
                NativeFunctions.find(library, "opj_set_default_decoder_parameters", FunctionDescriptor.ofVoid(POINTER));
        setUp = NativeFunctions.find(library, "opj_setup_decoder", FunctionDescriptor.of(INT, POINTER, POINTER));
        readHeader =
                NativeFunctions.find(library, "opj_read_header", FunctionDescriptor.of(INT, POINTER, POINTER, POINTER));
        decode = NativeFunctions.find(library, "opj_decode", FunctionDescriptor.of(INT, POINTER, POINTER, POINTER));
        end = NativeFunctions.find(library, "opj_end_decompress", FunctionDescriptor.of(INT, POINTER, POINTER));
        destroyCodec = NativeFunctions.find(library, "opj_destroy_codec", FunctionDescriptor.ofVoid(POINTER));
        destroyImage = NativeFunctions.find(library, "opj_image_destroy", FunctionDescriptor.ofVoid(POINTER));
        read = upcall("readBytes", FunctionDescriptor.of(LONG, POINTER, LONG, POINTER));
        skip = upcall("skipBytes", FunctionDescriptor.of(LONG, LONG, POINTER));
        seek = upcall("seekByte", FunctionDescriptor.of(INT, LONG, POINTER));
    }

    /** Its version, such as 2.5.4, if it was found. */
    public static Optional<String> version() {
        return LOADED == null
                ? Optional.empty()
                : Optional.of(((MemorySegment) NativeFunctions.call(LOADED.version))
                        .reinterpret(Long.MAX_VALUE)
                        .getString(0));
    }

    /**
     * The loaded library.
     *
     * @throws UserError if there is none
     */
    static OpenJpeg library() {
        if (LOADED == null) {
            throw new UserError("JPEG 2000 needs the library OpenJPEG, which was not found. Install it (Debian, Ubuntu:"
                    + " apt-get install libopenjp2-7; macOS: brew install openjpeg), or OpenSlide.");
        }
        return LOADED;
    }

    /**
     * Decodes a codestream whose header was checked.
     *
     * @throws IOException if it is broken
     */
    Components decode(byte[] codestream) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(codestream.length);
            MemorySegment.copy(codestream, 0, bytes, ValueLayout.JAVA_BYTE, 0, codestream.length);
            MemorySegment source = arena.allocate(Source.BYTES);
            source.set(POINTER, Source.START, bytes);
            source.set(LONG, Source.LENGTH, codestream.length);
            MemorySegment stream = (MemorySegment)
                    NativeFunctions.call(createStream, (long) Math.clamp(codestream.length, 64, 1 << 16), 1);
            MemorySegment codec = (MemorySegment) NativeFunctions.call(createDecoder, CODESTREAM);
            try {
                NativeFunctions.call(setRead, stream, read);
                NativeFunctions.call(setSkip, stream, skip);
                NativeFunctions.call(setSeek, stream, seek);
                NativeFunctions.call(setUserData, stream, source, MemorySegment.NULL);
                NativeFunctions.call(setLength, stream, (long) codestream.length);
                return decode(codec, stream, arena);
            } finally {
                NativeFunctions.call(destroyStream, stream);
                NativeFunctions.call(destroyCodec, codec);
            }
        }
    }

    private Components decode(MemorySegment codec, MemorySegment stream, Arena arena) throws IOException {
        MemorySegment parameters = arena.allocate(PARAMETERS, Long.BYTES);
        NativeFunctions.call(defaults, parameters);
        MemorySegment place = arena.allocate(POINTER);
        boolean headed = (int) NativeFunctions.call(setUp, codec, parameters) != 0
                && (int) NativeFunctions.call(readHeader, stream, codec, place) != 0;
        MemorySegment image = place.get(POINTER, 0);
        try {
            if (!headed || image.equals(MemorySegment.NULL)) {
                throw new IOException("its header is broken");
            }
            if ((int) NativeFunctions.call(decode, codec, stream, image) == 0
                    || (int) NativeFunctions.call(end, codec, stream) == 0) {
                throw new IOException("it is cut or damaged");
            }
            return components(image.reinterpret(IMAGE_COMPONENTS + Long.BYTES));
        } finally {
            if (!image.equals(MemorySegment.NULL)) {
                NativeFunctions.call(destroyImage, image);
            }
        }
    }

    private static Components components(MemorySegment image) throws IOException {
        int count = image.get(INT, IMAGE_COUNT);
        MemorySegment components = image.get(POINTER, IMAGE_COMPONENTS).reinterpret((long) count * COMPONENT_BYTES);
        List<Plane> planes = new ArrayList<>();
        for (int c = 0; c < count; c++) {
            MemorySegment component = components.asSlice((long) c * COMPONENT_BYTES, COMPONENT_BYTES);
            int width = component.get(INT, COMPONENT_WIDTH);
            int height = component.get(INT, COMPONENT_WIDTH + Integer.BYTES);
            MemorySegment data = component.get(POINTER, COMPONENT_DATA);
            if (data.equals(MemorySegment.NULL) || width < 1 || height < 1) {
                throw new IOException("its component " + c + " is missing");
            }
            int[] values = data.reinterpret(4L * width * height).toArray(INT);
            planes.add(new Plane(width, height, component.get(INT, 0), component.get(INT, Integer.BYTES), values));
        }
        return new Components(planes);
    }

    /** Where the bytes lie, how many there are, and how many have been read. */
    private static final class Source {
        static final int START = 0;
        static final int LENGTH = 8;
        static final int AT = 16;
        static final int BYTES = 24;
    }

    // Bytes that were read, or -1 at the end.
    @SuppressWarnings("UnusedMethod") // called by the library
    private static long readBytes(MemorySegment target, long count, MemorySegment source) {
        MemorySegment state = source.reinterpret(Source.BYTES);
        long length = state.get(LONG, Source.LENGTH);
        long at = state.get(LONG, Source.AT);
        long got = Math.min(count, length - at);
        if (got <= 0) {
            return -1;
        }
        MemorySegment.copy(state.get(POINTER, Source.START).reinterpret(length), at, target.reinterpret(got), 0, got);
        state.set(LONG, Source.AT, at + got);
        return got;
    }

    @SuppressWarnings("UnusedMethod") // called by the library
    private static long skipBytes(long count, MemorySegment source) {
        MemorySegment state = source.reinterpret(Source.BYTES);
        long at = state.get(LONG, Source.AT);
        if (count < 0 || count > state.get(LONG, Source.LENGTH) - at) {
            return -1;
        }
        state.set(LONG, Source.AT, at + count);
        return count;
    }

    @SuppressWarnings("UnusedMethod") // called by the library
    private static int seekByte(long place, MemorySegment source) {
        MemorySegment state = source.reinterpret(Source.BYTES);
        if (place < 0 || place > state.get(LONG, Source.LENGTH)) {
            return 0;
        }
        state.set(LONG, Source.AT, place);
        return 1;
    }

    private static MemorySegment upcall(String name, FunctionDescriptor shape) {
        try {
            MethodType type = shape.toMethodType();
            MethodHandle method = MethodHandles.lookup().findStatic(OpenJpeg.class, name, type);
            return Linker.nativeLinker().upcallStub(method, shape, Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable OpenJpeg load() {
        String folder = "/org/bytedeco/leptonica/" + Loader.getPlatform() + "/";
        for (String name : BUNDLED) {
            URL resource = OpenJpeg.class.getResource(folder + name);
            try {
                File file = resource == null ? null : Loader.cacheResource(resource);
                Optional<OpenJpeg> found = file == null ? Optional.empty() : load(file.getPath());
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (IOException e) {
                break; // the cache cannot be written; the system's may do
            }
        }
        return INSTALLED.stream()
                .map(OpenJpeg::load)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
    }

    private static Optional<OpenJpeg> load(String name) {
        try {
            return Optional.of(new OpenJpeg(SymbolLookup.libraryLookup(name, Arena.global())));
        } catch (IllegalArgumentException | NoSuchElementException e) {
            return Optional.empty(); // not here, or a library without these functions
        }
    }
}
