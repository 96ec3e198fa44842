package org.cyphervit.backbone;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A backbone in the words of timm (https://github.com/huggingface/pytorch-image-models).
 *
 * @param architecture of timm's registry
 * @param arguments that replace the architecture's own
 * @param state weights by timm's names
 */
public record TimmModel(String architecture, Map<String, Object> arguments, Map<String, Tensor> state) {}
