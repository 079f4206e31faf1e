package io.millrace.control.security;

import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.Path;
import org.junit.jupiter.api.Test;

class InternalApiIsGuardedTest {

    private static final DescribedPredicate<JavaClass> INTERNAL = DescribedPredicate.describe(
            "resources under /internal",
            type -> type.isAnnotatedWith(Path.class)
                    && type.getAnnotationOfType(Path.class).value().startsWith("/internal"));

    @Test
    void everyInternalResourceNamesTheGuard() {
        classes()
                .that(are(INTERNAL))
                .should()
                .beAnnotatedWith(WorkersOnly.class)
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.millrace.control"));
    }
}
