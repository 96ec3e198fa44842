package org.cyphervit.ssl;

import java.util.List;
import java.util.function.Function;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.augment.ViewRecipe;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.Init;

/** The registry of methods: a new one is a file that implements {@link SslMethod} and a line here. */
public final class Methods {
    private static final List<Kind<?>> KINDS = List.of(
            new Kind<>(
                    "dino",
                    DinoOptions.class,
                    tiles -> DinoOptions.forTiles(tiles.count()),
                    ViewRecipe::multicrop,
                    Dino::new),
            new Kind<>(
                    "ibot",
                    IbotOptions.class,
                    tiles -> IbotOptions.forTiles(tiles.count()),
                    ViewRecipe::multicrop,
                    Ibot::new),
            new Kind<>(
                    "dinov2",
                    IbotOptions.class,
                    tiles -> IbotOptions.dinov2ForTiles(tiles.count()),
                    ViewRecipe::multicrop,
                    Ibot::new),
            new Kind<>(
                    "moco",
                    MocoOptions.class,
                    tiles -> MocoOptions.forTiles(tiles.count()),
                    ViewRecipe::pair,
                    Moco::new),
            new Kind<>(
                    "simclr",
                    SimClrOptions.class,
                    tiles -> SimClrOptions.forTiles(tiles.count()),
                    ViewRecipe::pair,
                    SimClr::new),
            new Kind<>("mae", MaeOptions.class, tiles -> MaeOptions.paper(), ViewRecipe::plain, Mae::new),
            new Kind<>(
                    "supervised",
                    SupervisedOptions.class,
                    SupervisedOptions::forTiles,
                    ViewRecipe::single,
                    Supervised::new));

    private Methods() {}

    /**
     * A method that can be named in a recipe.
     *
     * @param options record of its hyper-parameters, each a key of the recipe
     * @param defaults of the options for the tiles at hand
     * @param views the recipe of its views
     * @param maker builds it around a backbone
     */
    public record Kind<O extends Record>(
            String name,
            Class<O> options,
            Function<DatasetInfo, O> defaults,
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
