package io.millrace.control.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteLimitsTest {

    private static final Map<String, Class<? extends Annotation>> WITH_BODY =
            Map.of("POST", POST.class, "PUT", PUT.class, "PATCH", PATCH.class);

    private record Route(String method, String path) implements Comparable<Route> {
        @Override
        public int compareTo(Route other) {
            return toString().compareTo(other.toString());
        }
    }

    @Test
    void everyRouteThatTakesABodyHasItsLimit() {
        TreeSet<Route> routes = new TreeSet<>(routes().toList());
        assertThat(routes).as("routes that were found").hasSizeGreaterThan(15);
        assertThat(routes)
                .as("routes of which RouteLimits knows nothing")
                .allSatisfy(route -> assertThat(RouteLimits.find(route.method(), route.path()))
                        .isPresent());
    }

    @Test
    void onlyTheClusterMaySendWhatIsLongerThanTheConfiguration() {
        assertThat(List.of(BodyLimit.values()))
                .allSatisfy(limit -> assertThat(
                                limit.sender() == BodyLimit.Sender.CLUSTER || limit.bytes() <= 4 * 1024 * 1024)
                        .isTrue());
    }

    @Test
    void whatIsNotNamedGetsNearlyNothing() {
        assertThat(RouteLimits.of("POST", "/api/v1/nothing")).isEqualTo(BodyLimit.NONE_WANTED);
        assertThat(RouteLimits.of("DELETE", "/api/v1/origins/o-1")).isEqualTo(BodyLimit.NONE_WANTED);
        assertThat(RouteLimits.of("PUT", "/internal/v1/workers/a/b")).isEqualTo(BodyLimit.NONE_WANTED);
    }

    private static Stream<Route> routes() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.millrace.control")
                        .stream()
                        .filter(type -> type.isAnnotatedWith(Path.class))
                        .flatMap(type -> type.getMethods().stream().flatMap(method -> routes(type, method)));
    }

    private static Stream<Route> routes(JavaClass type, JavaMethod method) {
        String path = type.getAnnotationOfType(Path.class).value()
                + method.tryGetAnnotationOfType(Path.class)
                        .map(below -> "/" + below.value())
                        .orElse("");
        String example = path.replaceAll("\\{[^}]*\\}", "x").replaceAll("/+", "/");
        return WITH_BODY.entrySet().stream()
                .filter(verb -> method.isAnnotatedWith(verb.getValue()))
                .map(verb -> new Route(verb.getKey(), example));
    }
}
