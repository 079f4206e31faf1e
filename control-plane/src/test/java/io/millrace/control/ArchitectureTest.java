package io.millrace.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.control.time.SteadyClock;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

/** The directions that the package-info of the control plane states. */
@AnalyzeClasses(packages = "io.millrace.control", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String BASE = "io.millrace.control.";

    @ArchTest
    static final ArchRule packagesImportOnlyTowardsTheLeft = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("foundation")
            .definedBy(
                    BASE + "time..",
                    BASE + "json..",
                    BASE + "start..",
                    BASE + "errors..",
                    BASE + "store..",
                    BASE + "events..",
                    BASE + "placement..",
                    BASE + "settings..",
                    BASE + "limits..")
            .layer("config")
            .definedBy(BASE + "config..", BASE + "bans..", BASE + "access..")
            .layer("registry")
            .definedBy(BASE + "registry..")
            .layer("streams and routing")
            .definedBy(BASE + "streams..", BASE + "routing..")
            .layer("workers")
            .definedBy(BASE + "workers..")
            .layer("outside")
            .definedBy(
                    BASE + "security..",
                    BASE + "audit..",
                    BASE + "peers..",
                    BASE + "srs..",
                    BASE + "api..",
                    BASE + "health..",
                    BASE + "intake..")
            .whereLayer("outside")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("workers")
            .mayOnlyBeAccessedByLayers("outside")
            .whereLayer("streams and routing")
            .mayOnlyBeAccessedByLayers("workers", "outside")
            .whereLayer("registry")
            .mayOnlyBeAccessedByLayers("streams and routing", "workers", "outside")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("registry", "streams and routing", "workers", "outside");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.millrace.control.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule storeKnowsNothingOfWhatItKeeps = classes()
            .that()
            .resideInAPackage(BASE + "store..")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackages(
                    BASE + "events..",
                    BASE + "placement..",
                    BASE + "config..",
                    "io.millrace.model",
                    "io.millrace.model.access..",
                    "io.millrace.model.placement..",
                    "io.millrace.model.table..",
                    "io.millrace.model.wire..");

    @ArchTest
    static final ArchRule nobodyKnowsAnImplementationOfTheStore = noClasses()
            .that()
            .resideOutsideOfPackage(BASE + "store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    BASE + "store.file..", BASE + "store.memory..", BASE + "store.redis..", BASE + "store.mesh..");

    @ArchTest
    static final ArchRule nothingDependsOnTheProcess = noClasses()
            .that()
            .resideInAnyPackage("io.millrace.control.(*)..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.millrace.control");

    @ArchTest
    static final ArchRule onlyOneClassReadsTheTimeOfDay = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.millrace.control.time.TimeBeans")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(InstantSource.class, "system")
            .orShould()
            .callMethod(Clock.class, "systemUTC");

    /** Who needs to know how much time has passed is given a {@link SteadyClock}. */
    @ArchTest
    static final ArchRule whoDecidesIsNotGivenTheTimeOfDay = noClasses()
            .that()
            .resideInAnyPackage(BASE + "streams..", BASE + "workers..", BASE + "routing..", BASE + "store.memory..")
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are a clock for the time of day",
                    type -> type.isEquivalentTo(InstantSource.class) || type.isEquivalentTo(Clock.class)));
}
