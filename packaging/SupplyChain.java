import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Prints docs/reference/supply-chain.md: what ships besides this program, by the class path that a build left. Run by
 * bin/supply-chain; a single file, so that it needs no build of its own.
 */
final class SupplyChain {
    /** Dates before are placeholders of reproducible builds. */
    private static final LocalDate RECORDED = LocalDate.of(2011, 1, 1);

    private static final Pattern LICENCE = Pattern.compile("<license>\\s*(?:<!--.*?-->\\s*)*<name>(.*?)</name>", Pattern.DOTALL);
    private static final Pattern PARENT = Pattern.compile("<parent>(.*?)</parent>", Pattern.DOTALL);

    /** A jar of a Maven repository: REPOSITORY/GROUP/ARTIFACT/VERSION/ARTIFACT-VERSION[-CLASSIFIER].jar. */
    private record Artifact(Path jar, String group, String name, String version, String classifier) {
        String id() {
            return group + ":" + name;
        }

        boolean isNative() {
            return !classifier.isEmpty();
        }
    }

    public static void main(String[] args) throws Exception {
        Path repository = Path.of(args[1]);
        List<Artifact> all = new ArrayList<>();
        for (String jar : Files.readString(Path.of(args[0])).strip().split(":")) {
            if (Path.of(jar).startsWith(repository)) {
                all.add(artifact(repository, Path.of(jar)));
            }
        }
        all.sort(Comparator.comparing(Artifact::id).thenComparing(Artifact::classifier));
        System.out.println("## Java libraries\n\n| library | version | of | licence |\n|---|---|---|---|");
        for (Artifact artifact : all) {
            if (!artifact.isNative()) {
                System.out.printf(
                        "| `%s` | %s | %s | %s |%n",
                        artifact.id(), artifact.version(), date(artifact.jar()), licence(repository, artifact));
            }
        }
        System.out.println("\n## Native libraries\n\n| jar | version | of | SHA-256 |\n|---|---|---|---|");
        for (Artifact artifact : all) {
            if (artifact.isNative()) {
                System.out.printf(
                        "| `%s` %s | %s | %s | `%s` |%n",
                        artifact.id(),
                        artifact.classifier(),
                        artifact.version(),
                        date(artifact.jar()),
                        sha256(artifact.jar()));
            }
        }
    }

    private static Artifact artifact(Path repository, Path jar) {
        Path folder = jar.getParent();
        Path name = folder.getParent();
        String version = folder.getFileName().toString();
        String start = name.getFileName() + "-" + version;
        String file = jar.getFileName().toString().replaceFirst("\\.jar$", "");
        return new Artifact(
                jar,
                repository.relativize(name.getParent()).toString().replace('/', '.'),
                name.getFileName().toString(),
                version,
                file.length() > start.length() ? file.substring(start.length() + 1) : "");
    }

    // Of the newest file in it; builds that are reproducible do not record it.
    private static String date(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            LocalDate newest = zip.stream()
                    .map(ZipEntry::getTime)
                    .map(time -> LocalDate.ofInstant(Instant.ofEpochMilli(time), ZoneOffset.UTC))
                    .max(Comparator.naturalOrder())
                    .orElse(LocalDate.EPOCH);
            return newest.isBefore(RECORDED) ? "not recorded" : newest.toString();
        }
    }

    // Of its description, else of its parents'.
    private static String licence(Path repository, Artifact artifact) throws IOException {
        Optional<Path> pom = Optional.of(artifact.jar().resolveSibling(artifact.name() + "-" + artifact.version() + ".pom"));
        while (pom.isPresent() && Files.exists(pom.get())) {
            String text = Files.readString(pom.get());
            List<String> names = LICENCE.matcher(text)
                    .results()
                    .map(found -> found.group(1).strip().replaceAll("\\s+", " "))
                    .distinct()
                    .toList();
            if (!names.isEmpty()) {
                return String.join(" or ", names);
            }
            pom = parent(repository, text);
        }
        return "see its page";
    }

    private static Optional<Path> parent(Path repository, String pom) {
        Matcher parent = PARENT.matcher(pom);
        if (!parent.find()) {
            return Optional.empty();
        }
        String name = tag(parent.group(1), "artifactId");
        String version = tag(parent.group(1), "version");
        return Optional.of(repository
                .resolve(tag(parent.group(1), "groupId").replace('.', '/'))
                .resolve(name)
                .resolve(version)
                .resolve(name + "-" + version + ".pom"));
    }

    private static String tag(String xml, String name) {
        Matcher found = Pattern.compile("<" + name + ">(.*?)</" + name + ">").matcher(xml);
        return found.find() ? found.group(1).strip() : "";
    }

    private static String sha256(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[1 << 16];
        try (var stream = Files.newInputStream(file)) {
            for (int n = stream.read(buffer); n > 0; n = stream.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
