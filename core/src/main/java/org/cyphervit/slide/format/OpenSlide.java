package org.cyphervit.slide.format;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import org.cyphervit.UserError;
import org.cyphervit.slide.codec.NativeFunctions;
import org.jspecify.annotations.Nullable;

/**
 * The C library OpenSlide (3.4 or 4), through Java's foreign-function interface. The environment variable
 * {@code CYPHERVIT_OPENSLIDE} names a library that lies in no usual place.
 */
public final class OpenSlide {
    private static final String VARIABLE = "CYPHERVIT_OPENSLIDE";

    private static final List<String> NAMES = List.of(
            "libopenslide.so.1",
            "libopenslide.so.0",
            "libopenslide.so",
            "libopenslide.1.dylib",
            "libopenslide.dylib",
            "/opt/homebrew/lib/libopenslide.dylib",
            "/usr/local/lib/libopenslide.dylib",
            "libopenslide-1.dll",
            "libopenslide-0.dll");

    private static final MemoryLayout POINTER = ValueLayout.ADDRESS;
    private static final MemoryLayout INT = ValueLayout.JAVA_INT;
    private static final MemoryLayout LONG = ValueLayout.JAVA_LONG;

    private static final @Nullable OpenSlide LOADED = load();

    final MethodHandle version;
    final MethodHandle detectVendor;
    final MethodHandle open;
    final MethodHandle close;
    final MethodHandle error;
    final MethodHandle property;
    final MethodHandle levelCount;
    final MethodHandle levelDimensions;
    final MethodHandle levelDownsample;
    final MethodHandle readRegion;

    private OpenSlide(SymbolLookup library) {
        version = NativeFunctions.find(library, "openslide_get_version", FunctionDescriptor.of(POINTER));
        detectVendor =
                NativeFunctions.find(library, "openslide_detect_vendor", FunctionDescriptor.of(POINTER, POINTER));
        open = NativeFunctions.find(library, "openslide_open", FunctionDescriptor.of(POINTER, POINTER));
        close = NativeFunctions.find(library, "openslide_close", FunctionDescriptor.ofVoid(POINTER));
        error = NativeFunctions.find(library, "openslide_get_error", FunctionDescriptor.of(POINTER, POINTER));
        property = NativeFunctions.find(
                library, "openslide_get_property_value", FunctionDescriptor.of(POINTER, POINTER, POINTER));
        levelCount = NativeFunctions.find(library, "openslide_get_level_count", FunctionDescriptor.of(INT, POINTER));
        levelDimensions = NativeFunctions.find(
                library, "openslide_get_level_dimensions", FunctionDescriptor.ofVoid(POINTER, INT, POINTER, POINTER));
        levelDownsample = NativeFunctions.find(
                library,
                "openslide_get_level_downsample",
                FunctionDescriptor.of(ValueLayout.JAVA_DOUBLE, POINTER, INT));
        readRegion = NativeFunctions.find(
                library,
                "openslide_read_region",
                FunctionDescriptor.ofVoid(POINTER, POINTER, LONG, LONG, INT, LONG, LONG));
    }

    /** Whether the library was found. */
    public static boolean isAvailable() {
        return LOADED != null;
    }

    /** Its version, such as 3.4.1, if it was found. */
    public static Optional<String> version() {
        return LOADED == null
                ? Optional.empty()
                : Optional.of(text(LOADED.version).orElse("of unknown version"));
    }

    /** Whether it was found and is of version 4, which reads DICOM too. */
    public static boolean readsDicom() {
        return version().filter(text -> text.matches("([4-9]|[1-9][0-9])\\..*")).isPresent();
    }

    /** How to install it. */
    public static String advice() {
        return "Install OpenSlide (Debian, Ubuntu: apt-get install libopenslide0; macOS: brew"
                + " install openslide; Windows: openslide.org/download; elsewhere set " + VARIABLE
                + " to the library). TIFF, SVS, OME-TIFF, Philips TIFF, PNG and JPEG need none.";
    }

    /**
     * The loaded library.
     *
     * @throws UserError if there is none
     */
    static OpenSlide library() {
        if (LOADED == null) {
            throw new UserError("The library OpenSlide was not found. " + advice());
        }
        return LOADED;
    }

    /** Calls a function that gives a text; a null pointer is no text. */
    static Optional<String> text(MethodHandle function, Object... arguments) {
        MemorySegment text = (MemorySegment) NativeFunctions.call(function, arguments);
        return text.equals(MemorySegment.NULL)
                ? Optional.empty()
                : Optional.of(text.reinterpret(Long.MAX_VALUE).getString(0));
    }

    private static @Nullable OpenSlide load() {
        String named = System.getenv(VARIABLE);
        for (String name : named == null ? NAMES : List.of(named)) {
            Optional<OpenSlide> found = load(name);
            if (found.isPresent()) {
                return found.get();
            }
        }
        return null;
    }

    private static Optional<OpenSlide> load(String name) {
        try {
            return Optional.of(new OpenSlide(SymbolLookup.libraryLookup(name, Arena.global())));
        } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
            return Optional.empty(); // not here, or a library without these functions
        }
    }
}
