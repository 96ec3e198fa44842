package org.cyphervit.interpret;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.VisionTransformer;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Tensors;

/** How much of each patch each final token of a backbone holds. */
public final class TokenShares {
    private TokenShares() {}

    /**
     * For CypherViT the roll-out of the assignments, for a ViT the attention of the last block's [cls] token, head by head.
     *
     * @param images normalised (B,3,S,S)
     * @return (B,N,K), rows summing to 1
     */
    public static Tensor of(Backbone backbone, Tensor images) {
        if (backbone instanceof VisionTransformer vit) {
            Tensor attention = vit.lastAttention(images); // (B,H,1+R+N,1+R+N)
            long patches = vit.patches(images);
            Tensor ofCls = attention.select(2, 0).narrow(2, attention.size(3) - patches, patches); // (B,H,N)
            Tensor perHead = ofCls.div(ofCls.amax(new long[] {2}, true)); // heads are alike strong at their peaks
            return perHead.div(Tensors.sumKeeping(perHead, 1)).transpose(1, 2);
        }
        Tensor rollout = backbone.forward(images, ForwardMode.evaluation()).rollout();
        if (rollout == null) {
            throw new UserError("This backbone has neither assignments nor attention to show.");
        }
        return rollout;
    }
}
