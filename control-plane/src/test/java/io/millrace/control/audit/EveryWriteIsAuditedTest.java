package io.millrace.control.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EveryWriteIsAuditedTest {

    private static final List<Class<? extends Annotation>> WRITES =
            List.of(POST.class, PUT.class, PATCH.class, DELETE.class);

    /**
     * What no person asks for: origins that register and report, workers, questions that need no change, and what another control plane asks, which
     * has an entry for it where the person asked. The methods of SRS's API that change nothing only say so.
     */
    private static final Set<String> OF_MACHINES = Set.of(
            "RegisterResource.*",
            "HooksResource.*",
            "VersionsResource.post",
            "ClusterApiResource.post",
            "ClusterApiResource.put",
            "ClusterApiResource.patch",
            "WorkersInternalResource.*",
            "MediaRoutesResource.*",
            "PeersInternalResource.*",
            "ResolveResource.*");

    private static List<JavaMethod> writes() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.millrace.control")
                        .stream()
                        .filter(type -> type.isAnnotatedWith(Path.class))
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> WRITES.stream().anyMatch(method::isAnnotatedWith))
                        .toList();
    }

    private static boolean isOfMachines(JavaMethod method) {
        String type = method.getOwner().getSimpleName();
        return OF_MACHINES.contains(type + ".*") || OF_MACHINES.contains(type + "." + method.getName());
    }

    @Test
    void everyManagementWriteNamesItsOperation() {
        List<JavaMethod> managed =
                writes().stream().filter(method -> !isOfMachines(method)).toList();
        assertThat(managed).as("management writes that were found").hasSizeGreaterThan(12);
        assertThat(managed)
                .as("management writes without @Audited")
                .allSatisfy(method -> assertThat(method.tryGetAnnotationOfType(Audited.class))
                        .as(method.getFullName())
                        .hasValueSatisfying(
                                audited -> assertThat(audited.value()).matches("[a-z-]+\\.[a-z-]+")));
    }

    @Test
    void everyOperationHasItsOwnName() {
        assertThat(writes().stream()
                        .map(method -> method.tryGetAnnotationOfType(Audited.class))
                        .flatMap(java.util.Optional::stream)
                        .map(Audited::value)
                        .toList())
                .doesNotHaveDuplicates();
    }
}
