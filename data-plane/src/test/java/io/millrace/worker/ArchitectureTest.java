package io.millrace.worker;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.worker.net.flow.Reading;
import java.util.List;
import java.util.stream.Stream;

@AnalyzeClasses(packages = "io.millrace.worker", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.millrace.worker.";
    private static final String ADMIN = ROOT + "admin..";
    private static final String ROUTING = ROOT + "routing..";
    private static final String NET = ROOT + "net..";
    private static final String ENTRY = ROOT + "entry..";
    private static final String SETTINGS = ROOT + "settings..";
    private static final String TELEMETRY = ROOT + "telemetry..";
    private static final String WIRING = ROOT + "wiring..";
    private static final String CODECS = "..codec..";
    private static final String SESSIONS = "..session..";
    private static final String RELAYS = "..relay..";
    private static final String HTTP = ROOT + "http..";

    /** Beside HTTP, on which some of them are built. */
    private static final List<String> PROTOCOLS = Stream.of("rtmp", "flv", "hls", "dash", "webrtc", "srt", "rtsp")
            .map(word -> ROOT + word + "..")
            .toList();

    /** A rule about a package that does not exist would hold for ever. */
    @ArchTest
    static void everyNamedPackageHasClasses(JavaClasses classes) {
        Stream.concat(
                        Stream.of(
                                ADMIN, ROUTING, NET, ENTRY, SETTINGS, TELEMETRY, WIRING, CODECS, SESSIONS, RELAYS,
                                HTTP),
                        PROTOCOLS.stream())
                .forEach(name -> assertThat(classes.stream().filter(resideInAPackage(name)))
                        .as(name)
                        .isNotEmpty());
    }

    @ArchTest
    static final ArchRule codecsKnowNeitherSessionsNorRelays = noClasses()
            .that()
            .resideInAPackage(CODECS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SESSIONS, RELAYS, ADMIN, ROUTING, NET);

    @ArchTest
    static final ArchRule sessionsDoNotKnowRelays = noClasses()
            .that()
            .resideInAPackage(SESSIONS)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(RELAYS);

    @ArchTest
    static void protocolsDoNotKnowEachOther(JavaClasses classes) {
        for (String protocol : PROTOCOLS) {
            noClasses()
                    .that()
                    .resideInAPackage(protocol)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(PROTOCOLS.stream()
                            .filter(other -> !other.equals(protocol))
                            .toArray(String[]::new))
                    .check(classes);
        }
    }

    @ArchTest
    static final ArchRule httpKnowsNoProtocolThatIsBuiltOnIt = noClasses()
            .that()
            .resideInAPackage(HTTP)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PROTOCOLS.toArray(String[]::new));

    @ArchTest
    static final ArchRule sharedPackagesKnowNoProtocol = noClasses()
            .that()
            .resideInAnyPackage(ADMIN, ROUTING, NET, ENTRY, SETTINGS, TELEMETRY)
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage(PROTOCOLS.toArray(String[]::new)).or(resideInAPackage(HTTP)));

    @ArchTest
    static final ArchRule adminDoesNotKnowRouting = noClasses()
            .that()
            .resideInAnyPackage(ADMIN, SETTINGS, TELEMETRY)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROUTING, NET);

    @ArchTest
    static final ArchRule netDoesNotKnowSessionsOrRouting = noClasses()
            .that()
            .resideInAPackage(NET)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ADMIN, ROUTING);

    @ArchTest
    static final ArchRule onlyReadingTurnsReadingOnAndOff = noClasses()
            .that()
            .doNotBelongToAnyOf(Reading.class)
            .should()
            .callMethodWhere(target(nameMatching("setAutoRead")));

    @ArchTest
    static final ArchRule noPackageUsesTheWiring = noClasses()
            .that()
            .resideOutsideOfPackage(WIRING)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(WIRING);

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching(ROOT + "(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule workerDoesNotKnowTheControlPlanesInside =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.millrace.control..");
}
