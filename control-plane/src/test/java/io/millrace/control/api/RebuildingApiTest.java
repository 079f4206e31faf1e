package io.millrace.control.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.control.api.QuickWindow.InternalApi;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A control plane whose rebuild window stays open. */
@QuarkusTest
@TestProfile(RebuildingApiTest.OpenWindow.class)
class RebuildingApiTest {

    /** Long enough for any test run. */
    public static final class OpenWindow extends QuickWindow {

        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
            settings.put("millrace.rebuild-window", "1h");
            aFormerRun(Path.of(settings.get("millrace.data-dir"), "control-plane"));
            return settings;
        }

        /** Without it there would be nothing to rebuild. */
        private static void aFormerRun(Path folder) {
            try {
                Files.createDirectories(folder);
                Files.writeString(folder.resolve("versions.json"), """
                        {"format":1,"lastVersion":1,"entries":[]}
                        """);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void takesWorkersInButPublishesNothing() {
        InternalApi.enrol("w", "s1").statusCode(200);
        InternalApi.call()
                .get("/internal/v1/routing-table?worker=w&waitMillis=200")
                .then()
                .statusCode(304);
        given().get("/api/v1/routing-table").then().statusCode(200).body("table", nullValue());
        given().get("/api/v1/workers/w").then().body("sessions", equalTo(1)).body("table.version", nullValue());
    }

    @Test
    void isReadyForWorkersAndSaysThatNothingIsPublishedYet() {
        given().get(InternalApi.management("/q/health/live")).then().statusCode(200);
        given().get(InternalApi.management("/q/health/ready"))
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'routing-table' }.data.published", equalTo(false))
                .body(
                        "checks.find { it.name == 'routing-table' }.data.rebuilding",
                        containsString("workers are enrolling"));
    }
}
