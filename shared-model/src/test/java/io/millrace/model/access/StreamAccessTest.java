package io.millrace.model.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamAccessTest {

    private static final AccessCheck NONE = new AccessCheck.None();
    private static final AccessCheck SIGNED = new AccessCheck.Signed(List.of("old", "new"));
    private static final AccessCheck JWT =
            new AccessCheck.Jwt(URI.create("https://id.example/jwks"), List.of(), "https://id.example", null);
    private static final AccessCheck CALLBACK =
            new AccessCheck.Callback(URI.create("http://app.example/on_play"), 2_000, 10, false);

    private static final StreamAccess ACCESS = new StreamAccess(
            List.of(
                    new AccessRule("gold", "gold.example", "*", "*", JWT, CALLBACK),
                    new AccessRule("live", "*", "live", "cam*", SIGNED, NONE)),
            List.of(new AccessKey("old", "a secret"), new AccessKey("new", "another")));

    private static AccessCheck check(String vhost, String app, String stream, Intent intent) {
        return ACCESS.check(new StreamKey(vhost, app, stream), intent);
    }

    @Test
    void theFirstRuleThatMatchesDecides() {
        assertThat(check("gold.example", "live", "cam1", Intent.PUBLISH)).isEqualTo(JWT);
        assertThat(check("gold.example", "live", "cam1", Intent.PLAY)).isEqualTo(CALLBACK);
        assertThat(check("other.example", "live", "cam1", Intent.PUBLISH)).isEqualTo(SIGNED);
        assertThat(check("other.example", "live", "cam1", Intent.PLAY)).isEqualTo(NONE);
    }

    @Test
    void aStreamWithoutARuleIsFree() {
        assertThat(check("other.example", "live", "x", Intent.PUBLISH)).isEqualTo(NONE);
        assertThat(StreamAccess.FREE.check(new StreamKey("v", "live", "cam1"), Intent.PUBLISH))
                .isEqualTo(NONE);
    }

    @Test
    void isTheSameAfterATripAsJson() throws Exception {
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsString(ACCESS), StreamAccess.class))
                .isEqualTo(ACCESS);
    }

    @Test
    void itsTextDoesNotShowAKey() {
        assertThat(ACCESS.toString()).contains("old").doesNotContain("secret").doesNotContain("another");
        assertThat(ACCESS.withoutKeys().rules()).isEqualTo(ACCESS.rules());
        assertThat(ACCESS.withoutKeys().keys()).isEmpty();
    }
}
