package io.millrace.worker.webrtc.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.settings.ClusterToken;
import org.junit.jupiter.api.Test;

class ResourceTokensTest {

    private static final String RESOURCE = "/rtc/v1/whip/?action=delete&token=x";
    private static final ResourceTokens.Owner OWNER = new ResourceTokens.Owner(
            new OriginId("o-1"), "pQ+/", StreamKey.parse("media.example.com/live/c\u00e4m"), Intent.PUBLISH);

    private final ResourceTokens tokens = new ResourceTokens(ClusterToken.of("secret-0123456789abcdef-0123456789"));

    @Test
    void anotherWorkerReadsWhoseItIs() {
        String token = tokens.write(OWNER, RESOURCE);
        assertThat(new ResourceTokens(ClusterToken.of("secret-0123456789abcdef-0123456789")).read(token, RESOURCE))
                .contains(OWNER);
        assertThat(token).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void isGoodForNothingElse() {
        String token = tokens.write(OWNER, RESOURCE);
        assertThat(tokens.read(token, RESOURCE + "y")).isEmpty();
        assertThat(tokens.read(token, "")).isEmpty();
        assertThat(new ResourceTokens(ClusterToken.of("other-0123456789abcdef-0123456789")).read(token, RESOURCE))
                .isEmpty();
        for (int i = 0; i < token.length() - 1; i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(tokens.read(token.substring(0, i) + other + token.substring(i + 1), RESOURCE))
                    .as("character %d", i)
                    .isEmpty();
        }
    }

    @Test
    void strangersWordsAreNone() {
        assertThat(tokens.read("", RESOURCE)).isEmpty();
        assertThat(tokens.read("AAAA", RESOURCE)).isEmpty();
        assertThat(tokens.read("%", RESOURCE)).isEmpty();
        assertThat(tokens.read("A".repeat(10_000), RESOURCE)).isEmpty();
    }
}
