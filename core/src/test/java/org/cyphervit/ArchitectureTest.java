package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cyphervit.torch.EngineSettings;
import org.junit.jupiter.api.Test;

/** Dependencies point along the road of the data, never back. */
class ArchitectureTest {
    static final List<String> ROAD = List.of(
            "torch",
            "group",
            "file",
            "image",
            "stain",
            "slide",
            "data",
            "augment",
            "nn",
            "backbone",
            "checkpoint",
            "ssl",
            "encoders",
            "optim",
            "train",
            "monitor",
            "embed",
            "eval",
            "compare",
            "interpret",
            "export",
            "mil");

    /** What the main sources compile to. Reading it takes seconds, so it is read once for all tests. */
    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/test/"))
            .importPackages("org.cyphervit");

    @Test
    void noPackageDependsOnALaterOne() {
        for (int i = 0; i < ROAD.size(); i++) {
            String[] later = ROAD.subList(i + 1, ROAD.size()).stream()
                    .map(name -> "org.cyphervit." + name + "..")
                    .toArray(String[]::new);
            if (later.length > 0) {
                ArchRuleDefinition.noClasses()
                        .that()
                        .resideInAPackage("org.cyphervit." + ROAD.get(i) + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(later)
                        .allowEmptyShould(true)
                        .check(CLASSES);
            }
        }
    }

    @Test
    void backbonesKnowNoMethodAndMethodsNoKindOfBackbone() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("org.cyphervit.ssl..")
                .should()
                .dependOnClassesThat()
                .haveSimpleNameStartingWith("Cypher")
                .check(CLASSES);
    }

    @Test
    void whoUsesOpenCvTunesItFirst() {
        DescribedPredicate<JavaClass> useOpenCv = DescribedPredicate.describe(
                "use OpenCV",
                type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(to -> to.getTargetClass().getPackageName().startsWith("org.bytedeco.opencv")));
        ArchRuleDefinition.classes()
                .that(useOpenCv)
                .should()
                .callMethod(EngineSettings.class, "beforeOpenCv")
                .because("OpenCV decides which library of matrix products LibTorch shares with it")
                .check(CLASSES);
    }

    @Test
    void noNameOfAClassIsUsedTwice() {
        Map<String, List<String>> places = CLASSES.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName, Collectors.mapping(JavaClass::getName, Collectors.toList())));
        assertThat(places).hasSizeGreaterThan(400);
        assertThat(places.values()).allSatisfy(names -> assertThat(names).hasSize(1));
    }
}
