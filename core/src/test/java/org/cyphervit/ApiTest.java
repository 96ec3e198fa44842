package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The API is the types that {@code api.txt} lists, with the members below each. What is listed may not go or change unnoticed:
 * programs depend on it. Other public types are public for the packages of this project alone.
 *
 * <p>A list, because a {@code module-info} would enforce nothing here: the launcher and Spark run everything on the class path, and
 * some libraries are automatic modules only.
 */
class ApiTest {
    private static final Path LIST = Path.of("src/test/resources/api.txt");
    private static final String INDENT = "    ";

    @Test
    void nothingThatIsListedWentOrChanged() throws Exception {
        Map<String, List<String>> listed = listed();
        if (Boolean.getBoolean("api.accept")) {
            write(closed(listed.keySet()));
            listed = listed();
        }
        List<String> gone = new ArrayList<>();
        for (Map.Entry<String, List<String>> type : listed.entrySet()) {
            List<String> members = exists(type.getKey()) ? members(type(type.getKey())) : List.of("no such type");
            type.getValue().stream()
                    .filter(member -> !members.contains(member))
                    .map(member -> type.getKey() + ": " + member)
                    .forEach(gone::add);
        }
        assertThat(gone)
                .as(
                        "Changes of the API that %s lists. If they are meant, run this test with -Dapi.accept=true and say so in"
                                + " CHANGELOG.md.",
                        LIST)
                .isEmpty();
        assertThat(listed).hasSizeBetween(20, 90);
    }

    @Test
    void whatIsListedLeadsToNothingUnlisted() throws Exception {
        Map<String, List<String>> listed = listed();
        TreeSet<String> unlisted = new TreeSet<>();
        for (String name : listed.keySet()) {
            if (exists(name)) {
                ours(type(name))
                        .filter(used -> !listed.containsKey(used.getName()))
                        .forEach(used -> unlisted.add(used.getName() + ", used by " + name));
            }
        }
        assertThat(unlisted)
                .as("types that listed ones give or take; list them or hide them")
                .isEmpty();
    }

    private static Map<String, List<String>> listed() throws IOException {
        Map<String, List<String>> listed = new LinkedHashMap<>();
        List<String> members = new ArrayList<>();
        for (String line : Files.readAllLines(LIST)) {
            if (line.startsWith(INDENT)) {
                members.add(line.strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                members = new ArrayList<>();
                listed.put(line.strip(), members);
            }
        }
        return listed;
    }

    private static void write(Iterable<String> types) throws IOException, ClassNotFoundException {
        StringBuilder text = new StringBuilder(
                "# The API: types, and below each its public members. ApiTest tells how to change it.\n");
        for (String name : types) {
            if (exists(name)) {
                text.append(name).append('\n');
                members(type(name))
                        .forEach(member -> text.append(INDENT).append(member).append('\n'));
            }
        }
        Files.writeString(LIST, text);
    }

    // The types and all that they give or take.
    private static Set<String> closed(Set<String> types) throws ClassNotFoundException {
        TreeSet<String> all = new TreeSet<>();
        ArrayDeque<String> open = new ArrayDeque<>(types);
        while (!open.isEmpty()) {
            String name = open.remove();
            if (exists(name) && all.add(name)) {
                ours(type(name)).forEach(used -> open.add(used.getName()));
            }
        }
        return all;
    }

    private static Stream<Class<?>> ours(Class<?> type) {
        return uses(type).filter(used -> used.getName().startsWith("org.cyphervit."));
    }

    private static boolean exists(String name) {
        return ApiTest.class.getResource("/" + name.replace('.', '/') + ".class") != null;
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(name, false, ApiTest.class.getClassLoader());
    }

    private static List<String> members(Class<?> type) {
        return Stream.concat(
                        fields(type).map(field -> field.getName() + ": " + simple(field.getGenericType())),
                        executables(type).map(ApiTest::signature))
                .sorted()
                .toList();
    }

    private static Stream<Field> fields(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields()).filter(field -> Modifier.isPublic(field.getModifiers()));
    }

    private static Stream<Executable> executables(Class<?> type) {
        return Stream.<Executable>concat(
                        Arrays.stream(type.getDeclaredConstructors()), Arrays.stream(type.getDeclaredMethods()))
                .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isSynthetic());
    }

    private static String signature(Executable each) {
        String parameters = Arrays.stream(each.getGenericParameterTypes())
                .map(ApiTest::simple)
                .collect(Collectors.joining(", ", "(", ")"));
        return each instanceof Method method
                ? (Modifier.isStatic(method.getModifiers()) ? "static " : "")
                        + method.getName()
                        + parameters
                        + ": "
                        + simple(method.getGenericReturnType())
                : "new" + parameters;
    }

    private static String simple(Type type) {
        return type.getTypeName().replaceAll("[a-z][\\w]*\\.", "").replaceAll("[A-Z]\\w*\\$", "");
    }

    private static Stream<Class<?>> uses(Class<?> type) {
        Stream<Type> supers = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
                .filter(each -> !(each instanceof Class<?> plain) || Modifier.isPublic(plain.getModifiers()));
        Stream<Type> inMembers = Stream.concat(
                fields(type).map(Field::getGenericType),
                executables(type)
                        .flatMap(each -> Stream.concat(
                                Arrays.stream(each.getGenericParameterTypes()),
                                each instanceof Method method
                                        ? Stream.of(method.getGenericReturnType())
                                        : Stream.empty())));
        return Stream.concat(supers, inMembers).flatMap(ApiTest::classes);
    }

    private static Stream<Class<?>> classes(Type type) {
        return switch (type) {
            case Class<?> plain -> Stream.of(component(plain));
            case ParameterizedType generic ->
                Stream.concat(
                        classes(generic.getRawType()),
                        Arrays.stream(generic.getActualTypeArguments()).flatMap(ApiTest::classes));
            case GenericArrayType array -> classes(array.getGenericComponentType());
            case WildcardType wildcard ->
                Arrays.stream(wildcard.getUpperBounds()).flatMap(ApiTest::classes);
            default -> Stream.empty(); // a type variable
        };
    }

    private static Class<?> component(Class<?> type) {
        return type.isArray() ? component(Objects.requireNonNull(type.getComponentType())) : type;
    }
}
