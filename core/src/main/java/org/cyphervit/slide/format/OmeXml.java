package org.cyphervit.slide.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.cyphervit.slide.Calibration;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * The largest image of an OME description (the slide; label and overview are smaller): which directory of the TIFF file
 * holds each plane, and the microscope.
 *
 * @param sizeX pixels
 * @param sizeY pixels
 * @param sizeZ focal planes
 * @param sizeT times
 * @param channels names of the channels; a channel of colour has three samples
 * @param samples of the first channel
 * @param fluorescence whether channels name a dye or the light they emit
 * @param directories of the main chain, by number of the plane
 * @param order of the dimensions, such as XYCZT
 * @param otherFile that holds pixels, if one is named
 * @param calibration microns per pixel
 * @param objective magnification
 * @param scanner maker and model
 */
record OmeXml(
        long sizeX,
        long sizeY,
        int sizeZ,
        int sizeT,
        List<String> channels,
        int samples,
        boolean fluorescence,
        Map<Integer, Integer> directories,
        String order,
        Optional<String> otherFile,
        Calibration calibration,
        OptionalDouble objective,
        Optional<String> scanner) {
    private static final int MAX_PLANES = 100_000;

    /** @throws IOException if it is no OME description */
    static OmeXml parse(String text, String fileName) throws IOException {
        Element root = Xml.parse(text);
        Element best = null;
        for (Element pixels : Xml.below(root, "Pixels")) {
            if (best == null || area(pixels) > area(best)) {
                best = pixels;
            }
        }
        if (best == null || area(best) < 1) {
            throw new IOException("it describes no image");
        }
        return of(root, best, fileName);
    }

    private static double area(Element pixels) {
        return number(pixels, "SizeX", 0) * number(pixels, "SizeY", 0);
    }

    private static OmeXml of(Element root, Element pixels, String fileName) throws IOException {
        List<String> channels = new ArrayList<>();
        int samples = 1;
        boolean fluorescence = false;
        for (Element channel : Xml.below(pixels, "Channel")) {
            samples = channels.isEmpty() ? (int) number(channel, "SamplesPerPixel", 1) : samples;
            channels.add(channel.getAttribute("Name"));
            fluorescence |= channel.hasAttribute("Fluor") || channel.hasAttribute("EmissionWavelength");
        }
        int sizeC = (int) number(pixels, "SizeC", 1);
        while (channels.size() * Math.max(1, samples) < sizeC && channels.size() < MAX_PLANES) {
            channels.add(""); // channels that are counted, not described
        }
        int sizeZ = (int) number(pixels, "SizeZ", 1);
        int sizeT = (int) number(pixels, "SizeT", 1);
        if (sizeZ < 1 || sizeT < 1 || channels.isEmpty() || (double) sizeZ * sizeT * channels.size() > MAX_PLANES) {
            throw new IOException(
                    "it says that there are " + sizeZ + " x " + channels.size() + " x " + sizeT + " planes");
        }
        String order = pixels.getAttribute("DimensionOrder").matches("XY[ZCT]{3}")
                ? pixels.getAttribute("DimensionOrder")
                : "XYCZT";
        int[] sizes = {sizeZ, channels.size(), sizeT};
        Map<Integer, Integer> directories = new HashMap<>();
        Optional<String> other = Optional.empty();
        for (Element data : Xml.below(pixels, "TiffData")) {
            Element uuid = Xml.first(data, "UUID");
            if (uuid != null
                    && uuid.hasAttribute("FileName")
                    && !uuid.getAttribute("FileName").equals(fileName)) {
                other = Optional.of(uuid.getAttribute("FileName"));
            }
            int first = index(order, sizes, new int[] {
                (int) number(data, "FirstZ", 0), (int) number(data, "FirstC", 0), (int) number(data, "FirstT", 0)
            });
            int ifd = (int) number(data, "IFD", 0);
            int all = sizeZ * sizeT * channels.size();
            int count = (int) number(data, "PlaneCount", data.hasAttribute("IFD") ? 1 : all);
            for (int k = 0; k < Math.min(count, all); k++) {
                directories.put(first + k, ifd + k);
            }
        }
        Element instrument = Xml.first(root, "Objective");
        return new OmeXml(
                (long) number(pixels, "SizeX", 0),
                (long) number(pixels, "SizeY", 0),
                sizeZ,
                sizeT,
                channels,
                samples,
                fluorescence,
                directories,
                order,
                other,
                calibration(pixels),
                instrument == null
                        ? OptionalDouble.empty()
                        : TiffSlide.positive(number(instrument, "NominalMagnification", 0)),
                scanner(Xml.first(root, "Microscope")));
    }

    /** Number of a plane, all counted from 0. */
    int plane(int z, int channel, int t) {
        return index(order, new int[] {sizeZ, channels.size(), sizeT}, new int[] {z, channel, t});
    }

    // Sizes and place are by Z, C, T; the first letter after XY runs fastest.
    private static int index(String order, int[] sizes, int[] place) {
        int index = 0;
        int step = 1;
        for (char dimension : order.substring(2).toCharArray()) {
            int which = "ZCT".indexOf(dimension);
            index += step * place[which];
            step *= sizes[which];
        }
        return index;
    }

    private static Calibration calibration(Element pixels) {
        double x = number(pixels, "PhysicalSizeX", Double.NaN) * microns(pixels.getAttribute("PhysicalSizeXUnit"));
        double y = number(pixels, "PhysicalSizeY", Double.NaN) * microns(pixels.getAttribute("PhysicalSizeYUnit"));
        if (Double.isNaN(x) && Double.isNaN(y)) {
            return Calibration.none();
        }
        return Calibration.of(Double.isNaN(x) ? y : x, Double.isNaN(y) ? x : y, "OME's description");
    }

    /** Microns of a unit of length; NaN for one that is none, such as a pixel. */
    static double microns(String unit) {
        return switch (unit) {
            case "", "\u00b5m", "\u03bcm", "micrometer", "micron" ->
                1; // the micro sign and the Greek letter are both met
            case "nm", "nanometer" -> 1e-3;
            case "mm", "millimeter" -> 1e3;
            case "cm", "centimeter" -> 1e4;
            case "m", "meter" -> 1e6;
            default -> Double.NaN;
        };
    }

    private static Optional<String> scanner(@Nullable Element microscope) {
        if (microscope == null) {
            return Optional.empty();
        }
        String words = (microscope.getAttribute("Manufacturer") + " " + microscope.getAttribute("Model")).strip();
        return words.isEmpty() ? Optional.empty() : Optional.of(words);
    }

    private static double number(Element element, String name, double missing) {
        String text = element.getAttribute(name);
        double value = text.isEmpty() ? missing : Calibration.number(text);
        return Double.isNaN(value) ? missing : value;
    }
}
