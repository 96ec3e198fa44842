package org.cyphervit.ssl;

import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.Init;
import org.cyphervit.view.ViewOptions;
import org.cyphervit.view.ViewRecipe;

/** The registry of methods: a new one is a file that implements {@link SslMethod} and a line here. */
public final class Methods {
    private static final List<Kind<?>> KINDS = List.of(
            new Kind<>("dino", DinoOptions.class, DinoOptions::forTiles, ViewRecipe::multicrop, Dino::new),
            new Kind<>("simclr", SimClrOptions.class, SimClrOptions::forTiles, ViewRecipe::pair, SimClr::new));

    private Methods() {}

    /**
     * A method that can be named in a recipe.
     *
     * @param options record of its hyper-parameters, each a key of the recipe
     * @param defaults of the options for a number of tiles
     * @param views the recipe of its views
     * @param maker builds it around a backbone
     */
    public record Kind<O extends Record>(
            String name,
            Class<O> options,
            LongFunction<O> defaults,
            Function<ViewOptions, ViewRecipe> views,
            Maker<O> maker) {}

    /** Builds a method around a backbone. */
    @FunctionalInterface
    public interface Maker<O> {
        /** @throws UserError if the method cannot train this backbone, saying why */
        SslMethod make(Backbone backbone, O options, Init init);
    }

    /**
     * The method of that name.
     *
     * @throws UserError naming all methods
     */
    public static Kind<?> named(String name) {
        return KINDS.stream()
                .filter(kind -> kind.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new UserError(
                        "Unknown method '" + name + "'; expected one of " + String.join(", ", names()) + "."));
    }

    public static List<String> names() {
        return KINDS.stream().map(kind -> kind.name()).toList();
    }
}
