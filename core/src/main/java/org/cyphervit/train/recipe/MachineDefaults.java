package org.cyphervit.train.recipe;

import java.util.Locale;
import org.cyphervit.torch.Precision;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a machine can train in reasonable time, for users who name no backbone and no precision: {@code nano} on up to four
 * cores, {@code tiny} on a workstation, {@code small}, the size of the paper, on a GPU or dozens of cores; bf16 where the
 * hardware computes with it.
 *
 * @param cores of the processor
 * @param bf16 the processor's instructions for it; empty for none
 */
public record MachineDefaults(int cores, String bf16) {
    private static final int FEW = 4;
    private static final int MANY = 32;

    /** The backbone for a device and a method; MAE takes no other than a ViT. */
    public String backbone(String device, String method) {
        String size = isGpu(device) || cores >= MANY ? "small" : cores <= FEW ? "nano" : "tiny";
        return (method.equals("mae") ? "vit_" : "cyphervit_") + size;
    }

    public Precision precision(String device) {
        return isGpu(device) || !bf16.isEmpty() ? Precision.BF16 : Precision.FP32;
    }

    /**
     * Puts them where the user's overrides say nothing.
     *
     * @return what was chosen and why, in a sentence; empty where nothing was
     */
    public String complete(ObjectNode overrides) {
        String device = overrides.path("run").path("device").asString("cpu");
        String method = overrides.path("method").path("name").asString("dino");
        StringBuilder words = new StringBuilder();
        if (!overrides.path("backbone").has("name")) {
            String backbone = backbone(device, method);
            overrides.withObject("backbone").put("name", backbone);
            words.append("backbone ").append(backbone);
        }
        if (!overrides.path("run").has("precision")) {
            Precision precision = precision(device);
            String name = precision.name().toLowerCase(Locale.ROOT);
            overrides.withObject("run").put("precision", name);
            words.append(words.isEmpty() ? "" : " and ").append("precision ").append(name);
        }
        return words.isEmpty()
                ? ""
                : "Chosen for this machine (" + (isGpu(device) ? "a GPU" : machine()) + "): " + words
                        + ". Name others to have others.";
    }

    private String machine() {
        return cores + (cores == 1 ? " core, " : " cores, ") + (bf16.isEmpty() ? "no bf16" : "bf16 by " + bf16);
    }

    private static boolean isGpu(String device) {
        return device.startsWith("cuda");
    }
}
