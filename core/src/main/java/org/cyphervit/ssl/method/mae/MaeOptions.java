package org.cyphervit.ssl.method.mae;

import org.cyphervit.Ranges;
import org.cyphervit.UserError;

/**
 * Options of MAE (<a href="https://arxiv.org/abs/2111.06377">arXiv:2111.06377</a>).
 *
 * @param maskRatio share of the patches that are hidden (paper: 0.75)
 * @param decoderWidth width of the decoder (paper: 512)
 * @param decoderDepth its blocks (paper: 8)
 * @param decoderHeads its attention heads; divides the width (paper: 16)
 * @param normalisePixels predict each patch with its own mean and variance taken out (paper: better features)
 */
public record MaeOptions(
        double maskRatio, int decoderWidth, int decoderDepth, int decoderHeads, boolean normalisePixels) {
    public MaeOptions {
        Ranges.of("MAE")
                .whole("decoderWidth", decoderWidth, 4, 16_384)
                .whole("decoderDepth", decoderDepth, 1, 200)
                .whole("decoderHeads", decoderHeads, 1, 16_384)
                .check();
        if (!(maskRatio > 0 && maskRatio < 1)) {
            throw new UserError("MAE's maskRatio must lie between 0 and 1; got " + maskRatio + ".");
        }
        if (decoderWidth % 4 != 0 || decoderWidth % decoderHeads != 0) {
            throw new UserError("MAE's decoderWidth must be a multiple of 4 and of decoderHeads; got " + decoderWidth
                    + " and " + decoderHeads + ".");
        }
    }

    /** The paper's values for ViT-B and ViT-L. */
    public static MaeOptions paper() {
        return new MaeOptions(0.75, 512, 8, 16, true);
    }
}
