package org.cyphervit.backbone;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.cyphervit.UserError;

/** The kinds of backbones on the class path and their named sizes. */
public final class Backbones {
    private static final List<BackboneKind> KINDS = load();

    private Backbones() {}

    private static List<BackboneKind> load() {
        List<BackboneKind> kinds = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (BackboneKind kind : ServiceLoader.load(BackboneKind.class, BackboneKind.class.getClassLoader())) {
            List<String> own = new ArrayList<>(List.of("kind " + kind.name()));
            kind.presets().forEach(preset -> own.add(preset.name()));
            for (String name : own) {
                if (!names.add(name)) {
                    throw new IllegalStateException(
                            "The backbone '" + name + "' of " + kind.getClass().getName()
                                    + " is there twice on the class path. Each kind and preset needs a name of its own.");
                }
            }
            kinds.add(kind);
        }
        return List.copyOf(kinds);
    }

    /** All kinds, in the order of the class path. */
    public static List<BackboneKind> kinds() {
        return KINDS;
    }

    /**
     * The named size, such as {@code cyphervit_small}.
     *
     * @throws UserError naming all presets
     */
    public static BackboneKind.Preset preset(String name) {
        return presets().stream()
                .filter(preset -> preset.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new UserError(
                        "Unknown backbone '" + name + "'; expected one of " + String.join(", ", presetNames()) + "."));
    }

    public static List<String> presetNames() {
        return presets().stream().map(BackboneKind.Preset::name).toList();
    }

    private static List<BackboneKind.Preset> presets() {
        return KINDS.stream().flatMap(kind -> kind.presets().stream()).toList();
    }
}
