package org.cyphervit.optim;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Layer-wise learning rates (Clark 2020, <a href="https://arxiv.org/abs/2003.10555">arXiv:2003.10555</a>; Bao 2022,
 * <a href="https://arxiv.org/abs/2106.08254">arXiv:2106.08254</a>): a parameter of the l-th of L blocks has decay^(L + 1 - l), embeddings (l = 0) the least, the
 * head 1. A block is what is named {@code blocks.N}, in whatever stage; other parameters belong to the block before them in
 * the network's order, so that a stage's clustering goes with its last block and the final norm with the last of all.
 */
public final class LayerRates {
    private static final Pattern BLOCK = Pattern.compile("(.*\\bblocks\\.\\d+)\\..*");

    private LayerRates() {}

    /** The factor of each parameter; {@code names} in the order of the network, head last. */
    public static Map<String, Double> of(Set<String> names, double decay) {
        Map<String, Integer> depths = new HashMap<>();
        int depth = 0;
        String current = "";
        for (String name : names) {
            Matcher matcher = BLOCK.matcher(name);
            if (matcher.matches() && !matcher.group(1).equals(current)) {
                current = matcher.group(1);
                depth++;
            }
            depths.put(name, depth);
        }
        int blocks = depth;
        Map<String, Double> rates = new HashMap<>();
        depths.forEach(
                (name, at) -> rates.put(name, name.startsWith("head.") ? 1.0 : Math.pow(decay, blocks + 1.0 - at)));
        return rates;
    }
}
