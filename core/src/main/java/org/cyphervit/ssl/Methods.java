package org.cyphervit.ssl;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.cyphervit.UserError;

/** The methods there are: those of this project and those that other jars bring, see {@link MethodProvider}. */
public final class Methods {
    // One provider per class, so that equal recipes are equal however often they are read.
    private static final Map<Class<?>, MethodProvider<?>> MADE = new ConcurrentHashMap<>();

    private Methods() {}

    /**
     * The method of that name.
     *
     * @throws UserError naming all methods
     */
    public static MethodProvider<?> named(String name) {
        MethodProvider<?> provider = all().get(name.toLowerCase(Locale.ROOT));
        if (provider == null) {
            throw new UserError("Unknown method '" + name + "'; expected one of " + String.join(", ", names()) + ".");
        }
        return provider;
    }

    public static List<String> names() {
        return List.copyOf(all().keySet());
    }

    // A program may load this library's classes by a loader that does not see its own, so both are asked.
    private static Map<String, MethodProvider<?>> all() {
        Map<String, MethodProvider<?>> all = new LinkedHashMap<>();
        add(ServiceLoader.load(MethodProvider.class, Methods.class.getClassLoader()), all);
        add(ServiceLoader.load(MethodProvider.class), all);
        return all;
    }

    @SuppressWarnings("rawtypes") // a class literal has no type arguments
    private static void add(ServiceLoader<MethodProvider> loader, Map<String, MethodProvider<?>> all) {
        loader.stream().forEach(found -> {
            MethodProvider<?> provider = MADE.computeIfAbsent(found.type(), type -> found.get());
            MethodProvider<?> before = all.putIfAbsent(provider.name(), provider);
            if (before != null && !before.getClass().equals(provider.getClass())) {
                throw new UserError("Two methods are called '" + provider.name() + "': "
                        + before.getClass().getName() + " and "
                        + provider.getClass().getName() + ". Leave the jar of one of them out.");
            }
        });
    }
}
