package org.cyphervit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.cyphervit.augment.Views;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.PhenotypeMaps;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * A trained encoder for other Java programs:
 *
 * <pre>{@code
 * try (Encoder encoder = Encoder.load(Path.of("runs/colon"))) {
 *     float[] feature = encoder.embed(Path.of("tile.png"));
 * }
 * }</pre>
 *
 * Safe for use by several threads.
 */
public final class Encoder implements AutoCloseable {
    private final Backbone backbone;
    private final Device device;

    private Encoder(Backbone backbone, Device device) {
        this.backbone = backbone;
        this.device = device;
    }

    /**
     * Loads an encoder onto the CPU.
     *
     * @param place a run's folder, an {@code encoder.safetensors}, or a checkpoint
     * @throws UserError if there is none, saying what was found
     */
    public static Encoder load(Path place) throws IOException {
        return load(place, "cpu");
    }

    /**
     * An encoder of the registry that was imported or downloaded, on the CPU.
     *
     * @param name such as {@code uni2-h}
     * @throws UserError if it is not here
     */
    public static Encoder named(String name) throws IOException {
        return load(Path.of(name));
    }

    /**
     * The encoder that commands take when none is named, a CypherViT that comes with this program, on the CPU.
     *
     * @throws UserError if this installation has none
     */
    public static Encoder inTheBox() throws IOException {
        return load(EncoderBox.file(EncoderBox.NAME));
    }

    /** @param device {@code cpu}, {@code cuda} or {@code cuda:1} */
    public static Encoder load(Path place, String device) throws IOException {
        Device where = Scope.keep(Engine.device(device));
        return new Encoder(EncoderFile.read(place, where), where);
    }

    /** Length of a feature. */
    public int width() {
        return backbone.spec().pooling().width(backbone.config());
    }

    /** Side of the square that images are brought to, pixels. */
    public int imageSize() {
        return backbone.imageSize();
    }

    /** The feature of an image file, as {@link #embed(RgbImage)}. */
    public float[] embed(Path image) throws IOException {
        return embed(ImageFiles.read(image));
    }

    /** The feature of an image of any size: its shorter side is brought to the encoder's size, its centre is seen. */
    public float[] embed(RgbImage image) {
        return embed(List.of(image))[0];
    }

    /** The features of several images in one pass, in their order; memory grows with their number. */
    public float[][] embed(List<RgbImage> images) {
        if (images.isEmpty()) {
            return new float[0][];
        }
        int pixels = 3 * imageSize() * imageSize();
        byte[] rgb = new byte[Math.multiplyExact(images.size(), pixels)];
        for (int i = 0; i < images.size(); i++) {
            System.arraycopy(Views.whole(images.get(i), imageSize()).rgb(), 0, rgb, i * pixels, pixels);
        }
        float[] all;
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            all = Tensors.floats(backbone.feature(
                    backbone.normalized(rgb, images.size(), imageSize(), device), ForwardMode.evaluation()));
        }
        float[][] features = new float[images.size()][];
        for (int i = 0; i < features.length; i++) {
            features[i] = java.util.Arrays.copyOfRange(all, i * width(), (i + 1) * width());
        }
        return features;
    }

    /**
     * How much of each pixel each phenotype token holds.
     *
     * @param image at least a patch wide and high
     * @param shifts 1 for the grid of patches, 4 for maps four times as fine
     */
    public PhenotypeMaps phenotypes(RgbImage image, int shifts) {
        return PhenotypeMaps.of(backbone, image, shifts, device);
    }

    /** Frees the weights. */
    @Override
    public void close() {
        backbone.close();
        Scope.free(device);
    }
}
