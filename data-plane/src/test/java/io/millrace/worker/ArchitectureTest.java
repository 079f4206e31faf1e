package io.millrace.worker;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.millrace.worker", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.millrace.worker.";
    private static final String[] PROTOCOLS = {
        ROOT + "rtmp..",
        ROOT + "http..",
        ROOT + "flv..",
        ROOT + "hls..",
        ROOT + "dash..",
        ROOT + "webrtc..",
        ROOT + "srt..",
        ROOT + "rtsp..",
        ROOT + "edge.."
    };

    @ArchTest
    static final ArchRule codecsKnowNeitherSessionsNorRelays = noClasses()
            .that()
            .resideInAPackage("..codec..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..session..", "..relay..", ROOT + "admin..", ROOT + "routing..", ROOT + "net..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule sessionsDoNotKnowRelays = noClasses()
            .that()
            .resideInAPackage("..session..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..relay..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule sharedPackagesKnowNoProtocol = noClasses()
            .that()
            .resideInAnyPackage(
                    ROOT + "admin..",
                    ROOT + "routing..",
                    ROOT + "net..",
                    ROOT + "entry..",
                    ROOT + "settings..",
                    ROOT + "telemetry..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PROTOCOLS)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule adminDoesNotKnowRouting = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "admin..", ROOT + "settings..", ROOT + "telemetry..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "routing..", ROOT + "net..");

    @ArchTest
    static final ArchRule onlyReadingTurnsReadingOnAndOff = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "net.Reading")
            .should()
            .callMethodWhere(target(nameMatching("setAutoRead")));

    @ArchTest
    static final ArchRule nobodyUsesTheRoot = noClasses()
            .that()
            .resideInAPackage(ROOT + "*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.millrace.worker");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule workerDoesNotKnowTheControlPlanesInside =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.millrace.control..");
}
