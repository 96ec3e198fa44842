package org.cyphervit.ssl;

import org.cyphervit.augment.ViewOptions;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.Init;

/**
 * A method that can be named in a recipe. {@link java.util.ServiceLoader} finds it: the jar that brings it, this
 * one or another, names its class in {@code META-INF/services/org.cyphervit.ssl.MethodProvider}. The class is
 * public with a public constructor that takes nothing, such as one nested in the method's own file.
 *
 * @param <O> record of the method's hyper-parameters, each a key of the recipe's section {@code method}
 */
public interface MethodProvider<O extends Record> {
    /** The word that a recipe names it by, in lower case. */
    String name();

    Class<O> options();

    /**
     * The options' defaults for the data at hand.
     *
     * @param steps of the whole run: what follows the student by moving averages must fit in
     */
    O defaults(DatasetInfo tiles, long steps);

    /**
     * The views that the method learns from: a record, each component a key of the recipe's section {@code views}.
     */
    Class<? extends ViewOptions> views();

    /**
     * Defaults of the recipe's sections for this method, as YAML over those that all methods share; empty for none.
     * A kind of views that is not of this project has all its defaults here.
     */
    default String recipe() {
        return "";
    }

    /** The same over {@link #recipe} for backbones that are made for small images and short runs (nano). */
    default String nanoRecipe() {
        return "";
    }

    /**
     * The method around a backbone.
     *
     * @param init draws what the method has besides the backbone
     * @throws org.cyphervit.UserError if the method cannot train this backbone, saying why
     */
    SslMethod make(Backbone backbone, O options, Init init);
}
