package org.cyphervit.backbone;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.ForwardMode;

/**
 * What a backbone offers whose pass can leave patches out, as masked autoencoders ask (<a
 * href="https://arxiv.org/abs/2111.06377">He 2021</a>).
 */
public interface MaskedEncoder {
    /**
     * Encodes some of the patches only.
     *
     * @param keep numbers of the patches, int64 (B,n)
     * @return the normalised [cls] token, registers and those patches in that order, (B,1+R+n,D)
     */
    Tensor encodeSome(Tensor images, Tensor keep, ForwardMode mode);

    /** The number of patches that images (B,3,H,W) are cut into. */
    long patches(Tensor images);
}
