package io.millrace.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.millrace.model", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule dependsOnNothingButItselfAndTheJdk = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.millrace.model..",
                    "java..",
                    "javax.naming..",
                    "javax.security.auth.x500..",
                    "javax.crypto..",
                    "org.jspecify.annotations..",
                    "com.fasterxml.jackson.annotation..");

    @ArchTest
    static final ArchRule modelDoesNotKnowTheWire = noClasses()
            .that()
            .resideOutsideOfPackage("io.millrace.model.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.millrace.model.wire..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.millrace.(**)").should().beFreeOfCycles();
}
