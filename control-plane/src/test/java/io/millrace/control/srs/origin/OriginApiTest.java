package io.millrace.control.srs.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.limits.ByteBudget;
import io.millrace.model.settings.OriginCredentials;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginApiTest {

    private final FakeSrs srs = new FakeSrs("srs").withCaptured("");

    @AfterEach
    void close() {
        srs.close();
    }

    private static OriginApi api(String credentials) {
        return new OriginApi(
                Duration.ofSeconds(5), OriginCredentials.of(Optional.of(credentials)), new ByteBudget(100_000_000));
    }

    private static Deadline deadline() {
        return Deadline.in(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @CsvSource({"basic:admin:pass, Basic YWRtaW46cGFzcw==", "bearer:t0ken, Bearer t0ken"})
    void readsAndKicksAtAnOriginThatWantsCredentials(String credentials, String header) throws Exception {
        srs.wants(header).answer("/api/v1/clients/1", "{\"code\":0}");
        try (OriginApi api = api(credentials)) {
            assertThat(api.call(srs.origin(), "GET", "/api/v1/versions", deadline(), api.ration())
                            .path("code")
                            .asInt(-1))
                    .isZero();
            assertThat(api.call(srs.origin(), "DELETE", "/api/v1/clients/1", deadline(), api.ration())
                            .path("code")
                            .asInt(-1))
                    .isZero();
        }
    }

    @Test
    void saysWhichSettingIsWrongWithoutItsValue() {
        srs.wants("Bearer other");
        try (OriginApi api = api("bearer:s3cret")) {
            assertThatThrownBy(() -> api.call(srs.origin(), "GET", "/api/v1/versions", deadline(), api.ration()))
                    .hasMessage("it answered HTTP 401: it wants another MILLRACE_ORIGIN_API_AUTH");
        }
    }

    @Test
    void takesItsCredentialsNowhereElse() {
        try (FakeSrs elsewhere = new FakeSrs("elsewhere").withCaptured("");
                OriginApi api = api("bearer:s3cret")) {
            srs.redirectTo("http://127.0.0.1:" + elsewhere.port() + "/api/v1/versions");
            assertThatThrownBy(() -> api.call(srs.origin(), "GET", "/api/v1/versions", deadline(), api.ration()))
                    .hasMessage("it answered HTTP 302");
            assertThat(srs.requests).hasSize(1);
            assertThat(elsewhere.requests).isEmpty();
        }
    }
}
