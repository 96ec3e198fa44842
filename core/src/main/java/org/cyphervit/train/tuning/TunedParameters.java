package org.cyphervit.train.tuning;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.Layer;
import org.cyphervit.optim.LayerRates;

/**
 * Those of a method's parameters that had weights before training, by the method's names for them.
 *
 * @param rates what the learning rate of each is multiplied with
 * @param frozenSteps optimisation steps in which they stay as they are
 */
public record TunedParameters(Map<String, Double> rates, long frozenSteps) {
    public TunedParameters {
        rates = Map.copyOf(rates);
    }

    /** None: all is new. */
    public static TunedParameters none() {
        return new TunedParameters(Map.of(), 0);
    }

    /**
     * @param trained what the method trains
     * @param backbone part of it
     * @param loaded the backbone's names of tensors that had weights
     */
    public static TunedParameters of(TuningRecipe recipe, Layer trained, Backbone backbone, Collection<String> loaded) {
        IdentityHashMap<Tensor, String> names =
                new IdentityHashMap<>(); // the method has the same native tensors by other names
        backbone.parameters().forEach((name, tensor) -> names.put(tensor, name));
        Map<String, Double> ofBackbone = LayerRates.of(backbone.parameters().keySet(), recipe.layerDecay());
        Set<String> before = Set.copyOf(loaded);
        Map<String, Double> rates = new LinkedHashMap<>();
        trained.parameters().forEach((name, tensor) -> {
            String own = names.get(tensor);
            if (own != null && before.contains(own)) {
                rates.put(name, ofBackbone.getOrDefault(own, 1.0));
            }
        });
        return new TunedParameters(rates, recipe.frozenSteps());
    }

    /** What the learning rate of a parameter is multiplied with. */
    public double rate(String parameter) {
        return rates.getOrDefault(parameter, 1.0);
    }

    /** Whether a parameter stays as it is in a step, counted from 0. */
    public boolean isFrozen(String parameter, long step) {
        return step < frozenSteps && rates.containsKey(parameter);
    }
}
