package io.millrace.control.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps docs/openapi.yaml equal to what a running control plane says at /q/openapi. */
@QuarkusTest
@TestProfile(QuickWindow.class)
class OpenApiDocumentTest {

    private static final Path PAGE = Path.of("../docs/openapi.yaml");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Test
    void pageIsWhatTheControlPlaneSays() throws IOException {
        ObjectNode said =
                (ObjectNode) YAML.readTree(given().get("/q/openapi?format=yaml").asString());
        // Where a test happens to listen.
        said.remove("servers");
        if (Boolean.getBoolean("millrace.docs.write")) {
            Files.writeString(PAGE, YAML.writeValueAsString(said));
        } else {
            JsonNode written = YAML.readTree(Files.readString(PAGE));
            assertThat(written)
                    .as("docs/openapi.yaml; -Dmillrace.docs.write=true writes it anew")
                    .isEqualTo(said);
        }
    }
}
