package org.cyphervit.encoders;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The registry as the page {@code docs/reference/encoders.md}. */
final class RegistryPage {
    private RegistryPage() {}

    static String of(EncoderRegistry registry) {
        StringBuilder page = new StringBuilder("""
                # Registry of released encoders

                Written from `encoders.yaml` by a test (`EncoderRegistryTest`, `-Dwrite.docs=true`); do not edit. What no source tells is
                `unknown`. `~` marks what follows from the architecture's name and was not said of this encoder; an import checks it
                against the weights. Licences and gates change: `cyphervit encoders get NAME` shows what the hub says now. See the
                [guide](../guide/encoders.md) for how to use them.

                ## Use

                | name | encoder | tile | image, px | µm per px | mean; std | feature (numbers) | licence | access | where |
                |---|---|---|---|---|---|---|---|---|---|
                """);
        for (RegisteredEncoder encoder : registry.all()) {
            RegisteredEncoder.Images images = encoder.images();
            row(
                    page,
                    "`" + encoder.name() + "`",
                    encoder.title() + ", " + text(encoder.maker()),
                    text(images.tile()),
                    text(images.size()),
                    text(images.micronsPerPixel()),
                    text(images.mean()) + "; " + text(images.std()),
                    encoder.pooling() + " (" + text(encoder.featureWidth()) + ")",
                    text(encoder.licence()),
                    text(encoder.access()),
                    where(encoder));
        }
        page.append("""

                ## Architecture

                | name | width, depth, heads | patch, px | positions for, px | feed-forward (hidden) | LayerScale | registers | positions cover | resized as | trained on |
                |---|---|---|---|---|---|---|---|---|---|
                """);
        for (RegisteredEncoder encoder : registry.all()) {
            Architecture network = encoder.architecture();
            row(
                    page,
                    "`" + encoder.name() + "`",
                    sure(encoder, "width", network.width()) + ", " + sure(encoder, "depth", network.depth()) + ", "
                            + sure(encoder, "heads", network.heads()),
                    sure(encoder, "patch", network.patch()),
                    Objects.equals(network.positions(), "rope") ? "any" : text(network.imageSize()),
                    sure(encoder, "feedForward", network.feedForward()) + " ("
                            + sure(encoder, "hidden", network.hidden()) + ")",
                    sure(encoder, "layerScale", yes(network.layerScale())),
                    sure(encoder, "registers", network.registers()),
                    sure(encoder, "positions", network.positions()),
                    text(network.resize()),
                    text(encoder.trainingData()));
        }
        List<RegisteredEncoder> noted = registry.all().stream()
                .filter(encoder -> encoder.note() != null)
                .toList();
        page.append("\n## Notes\n\n");
        noted.forEach(encoder -> page.append("- `")
                .append(encoder.name())
                .append("`: ")
                .append(encoder.note())
                .append('\n'));
        return page.toString();
    }

    private static void row(StringBuilder page, String... cells) {
        page.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String where(RegisteredEncoder encoder) {
        return encoder.repository() == null
                ? "unknown"
                : "[" + encoder.repository() + "](" + encoder.page() + "), " + String.join(", ", encoder.files());
    }

    private static String sure(RegisteredEncoder encoder, String key, @Nullable Object value) {
        return text(value) + (value != null && encoder.assumed().contains(key) ? " ~" : "");
    }

    private static @Nullable String yes(@Nullable Boolean value) {
        return value == null ? null : value ? "yes" : "no";
    }

    private static String text(@Nullable Object value) {
        return EncoderRegistry.text(value);
    }
}
