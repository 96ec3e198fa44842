package org.cyphervit.augment;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * How grey levels become what a network expects: divided by 255, minus the mean, divided by the standard deviation. Weights
 * work with the numbers that they were trained with and, without any sign of it, badly with others.
 *
 * @param mean of red, green and blue, in [0, 1]
 * @param std standard deviation of each, above 0
 */
public record Normalization(List<Float> mean, List<Float> std) {
    /** Of ImageNet, with which most weights are trained, and those of this program unless they start from others. */
    public static final Normalization IMAGENET = of("0.485 0.456 0.406", "0.229 0.224 0.225");

    private static final Map<Place, Constants> CONSTANTS = new ConcurrentHashMap<>();

    private record Place(Normalization normalization, int device) {}

    // Each (1,3,1,1).
    private record Constants(Tensor mean, Tensor std) {}

    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        boolean whole = mean.size() == 3 && std.size() == 3;
        if (!whole
                || mean.stream().anyMatch(value -> !(value >= 0 && value <= 1))
                || std.stream().anyMatch(value -> !(value > 0 && value <= 1))) {
            throw new UserError("Images are normalised with three means in [0, 1] and three standard deviations in"
                    + " (0, 1], of red, green and blue; got mean " + mean + " and std " + std + ".");
        }
    }

    /**
     * Reads three numbers each, apart by spaces or commas.
     *
     * @throws UserError if they are none
     */
    public static Normalization of(String mean, String std) {
        return new Normalization(numbers(mean), numbers(std));
    }

    /** Square images of interleaved RGB as a normalised float32 tensor (B,3,S,S), in the current scope. */
    public Tensor images(byte[] rgb, int count, int size, Device device) {
        return images(rgb, count, size, size, device);
    }

    /** Images of interleaved RGB as a normalised float32 tensor (B,3,H,W), in the current scope. */
    public Tensor images(byte[] rgb, int count, int height, int width, Device device) {
        Tensor bytes = Tensors.ofBytes(rgb, device, count, height, width, 3);
        return of(bytes.to(ScalarType.Float).permute(0, 3, 1, 2), device).contiguous();
    }

    /** Grey levels of 0 to 255, float32 (B,3,H,W), normalised. */
    public Tensor of(Tensor planes, Device device) {
        Constants constants = on(device);
        return planes.div(new Scalar(255)).sub_(constants.mean).div_(constants.std);
    }

    /** Images that another normalised (B,3,H,W), as this one would have them. */
    public Tensor converted(Tensor images, Normalization other) {
        if (equals(other)) {
            return images;
        }
        Constants ours = on(images.device());
        Constants theirs = other.on(images.device());
        return images.mul(theirs.std).add(theirs.mean).sub(ours.mean).div(ours.std);
    }

    /** The inverse: grey levels of normalised images (B,H,W,3), not yet rounded or bounded. */
    public Tensor levels(Tensor normalized) {
        Constants constants = on(normalized.device());
        return normalized.mul(constants.std.view(3)).add(constants.mean.view(3)).mul(new Scalar(255));
    }

    /** The mean as text that {@link #of(String, String)} reads: three numbers apart by spaces. */
    public String meanText() {
        return text(mean);
    }

    /** The standard deviation as text. */
    public String stdText() {
        return text(std);
    }

    // Constants go to a device once and stay.
    private Constants on(Device device) {
        Place place = new Place(this, device.is_cpu() ? -1 : (int) device.index());
        return CONSTANTS.computeIfAbsent(place, key -> new Constants(constant(mean, device), constant(std, device)));
    }

    private static Tensor constant(List<Float> values, Device device) {
        float[] numbers = {values.get(0), values.get(1), values.get(2)};
        return Scope.keep(Tensors.onto(Tensors.of(numbers, 1, 3, 1, 1), device));
    }

    private static List<Float> numbers(String text) {
        try {
            return Arrays.stream(text.strip().split("[\\s,]+"))
                    .map(Float::valueOf)
                    .toList();
        } catch (NumberFormatException e) {
            throw new UserError(
                    "Expected three numbers such as '0.485 0.456 0.406', of red, green and blue; got '" + text + "'.",
                    e);
        }
    }

    private static String text(List<Float> values) {
        return values.stream()
                .map(value -> String.format(Locale.ROOT, "%s", value))
                .collect(Collectors.joining(" "));
    }
}
