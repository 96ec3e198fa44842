package org.cyphervit;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
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
            "ssl",
            "checkpoint",
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

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
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
                        .check(classes);
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
                .check(classes);
    }
}
