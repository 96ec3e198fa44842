package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Draws the packages of the core and who uses whom, from the compiled classes, as the picture of ARCHITECTURE.md:
 * {@code mvn test -pl core -Dtest=PackageGraphTest -Dpicture.accept=true} draws it anew.
 */
class PackageGraphTest {
    private static final Path PICTURE = Path.of("../docs/images/packages.svg");
    private static final String ROOT = "org.cyphervit.";
    private static final Pattern DRAWN = Pattern.compile("class=\"name\"[^>]*>([a-z]+)<");
    private static final int LEFT = 190;
    private static final int STEP = 34; // pixels from one package to the next

    private record Edge(String from, String to) {}

    @Test
    void thePictureShowsEachPackage() throws IOException {
        Map<String, Integer> types = new HashMap<>();
        Map<Edge, Set<JavaClass>> users = new HashMap<>();
        for (JavaClass type : ArchitectureTest.CLASSES) {
            String from = room(type);
            if (!from.isEmpty() && type.isTopLevelClass()) {
                types.merge(from, 1, Integer::sum);
            }
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String to = room(dependency.getTargetClass());
                if (!from.isEmpty() && !to.isEmpty() && !from.equals(to)) {
                    users.computeIfAbsent(new Edge(from, to), edge -> new HashSet<>())
                            .add(type);
                }
            }
        }
        String drawn = draw(types, users);
        if (Boolean.getBoolean("picture.accept")) {
            Files.writeString(PICTURE, drawn);
        }
        assertThat(names(drawn)).isEqualTo(ArchitectureTest.ROAD);
        assertThat(names(Files.readString(PICTURE)))
                .as("packages in %s; if they changed, run this test with -Dpicture.accept=true", PICTURE)
                .isEqualTo(ArchitectureTest.ROAD);
    }

    private static List<String> names(String svg) {
        return DRAWN.matcher(svg).results().map(match -> match.group(1)).toList();
    }

    // The package below the root, in which a type lives; empty outside the road.
    private static String room(JavaClass type) {
        String name = type.getPackageName();
        String room = name.startsWith(ROOT) ? name.substring(ROOT.length()).split("\\.")[0] : "";
        return ArchitectureTest.ROAD.contains(room) ? room : "";
    }

    private static String draw(Map<String, Integer> types, Map<Edge, Set<JavaClass>> users) {
        List<String> road = ArchitectureTest.ROAD;
        StringBuilder svg = new StringBuilder();
        int height = STEP * (road.size() + 1);
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 520 %d\" font-family=\"sans-serif\">%n"
                .formatted(height));
        svg.append("<rect width=\"520\" height=\"%d\" fill=\"#ffffff\"/>%n".formatted(height));
        for (int user = 0; user < road.size(); user++) {
            for (int used = 0; used < user; used++) {
                int count = users.getOrDefault(new Edge(road.get(user), road.get(used)), Set.of())
                        .size();
                if (count > 0) {
                    svg.append(arc(used, user, count));
                }
            }
        }
        for (int i = 0; i < road.size(); i++) {
            int y = STEP * (i + 1);
            svg.append("<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"#7b2d5b\"/>%n".formatted(LEFT, y));
            svg.append(
                    "<text class=\"name\" x=\"%d\" y=\"%d\" font-size=\"15\" text-anchor=\"end\" fill=\"#222222\">%s</text>%n"
                            .formatted(LEFT - 40, y + 5, road.get(i)));
            svg.append("<text x=\"%d\" y=\"%d\" font-size=\"12\" text-anchor=\"end\" fill=\"#767676\">%d</text>%n"
                    .formatted(LEFT - 12, y + 5, types.getOrDefault(road.get(i), 0)));
        }
        return svg.append("</svg>\n").toString();
    }

    // Half an ellipse to the right; broader the more types use the other package.
    private static String arc(int used, int user, int count) {
        double top = STEP * (used + 1.0);
        double bottom = STEP * (user + 1.0);
        double across = Math.min(300, (bottom - top) / 2 + 8);
        return String.format(
                Locale.ROOT,
                "<path d=\"M %d %.0f A %.0f %.0f 0 0 0 %d %.0f\" fill=\"none\" stroke=\"#7b2d5b\""
                        + " stroke-opacity=\"0.35\" stroke-width=\"%.1f\"/>%n",
                LEFT,
                bottom,
                across,
                (bottom - top) / 2,
                LEFT,
                top,
                0.6 + 0.9 * Math.log(count));
    }
}
