package io.millrace.control.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What names no guard would be open to everybody. */
class EveryResourceNamesItsGuardTest {

    private static final List<JavaClass> RESOURCES = new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.millrace.control")
                    .stream()
                    .filter(type -> type.isAnnotatedWith(Path.class))
                    .toList();

    @Test
    void everyOperationNamesARoleOrSaysThatItIsForAll() {
        List<String> unguarded = RESOURCES.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(EveryResourceNamesItsGuardTest::isOperation)
                .filter(method -> !isGuarded(method))
                .map(JavaMethod::getFullName)
                .toList();
        assertThat(RESOURCES).hasSizeGreaterThan(15);
        assertThat(unguarded).isEmpty();
    }

    @Test
    void whatIsForAllIsNoManagement() {
        List<String> open = RESOURCES.stream()
                .filter(type -> type.isAnnotatedWith(PermitAll.class)
                        || type.getMethods().stream().anyMatch(method -> method.isAnnotatedWith(PermitAll.class)))
                .filter(type -> !type.isAnnotatedWith(WorkersOnly.class))
                .map(type -> type.getAnnotationOfType(Path.class).value())
                .sorted()
                .toList();
        assertThat(open)
                .as("SRS's registration, hooks and version, and the log-in")
                .containsExactly(
                        "/api/v1",
                        "/api/v1/hooks/srs",
                        "/api/v1/login/oidc",
                        "/api/v1/srs/register",
                        "/api/v1/versions");
    }

    private static boolean isOperation(JavaMethod method) {
        return method.isMetaAnnotatedWith(HttpMethod.class);
    }

    private static boolean isGuarded(JavaMethod method) {
        return method.isAnnotatedWith(RolesAllowed.class)
                || method.isAnnotatedWith(PermitAll.class)
                || method.getOwner().isAnnotatedWith(RolesAllowed.class)
                || method.getOwner().isAnnotatedWith(PermitAll.class);
    }
}
