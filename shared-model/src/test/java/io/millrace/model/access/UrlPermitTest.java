package io.millrace.model.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class UrlPermitTest {

    private static final AccessKey KEY = new AccessKey("k", "0123456789abcdef0123456789abcdef");
    private static final StreamKey CAM = new StreamKey("__defaultVhost__", "live", "cam1");
    private static final UrlPermit PLAY = new UrlPermit(Intent.PLAY, CAM, 1_900_000_000, "", "");

    /** What {@code printf 'play\n__defaultVhost__\nlive\ncam1\n1900000000\n\n\n' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef} says. */
    private static final String BY_OPENSSL = "5c2b846daae668c2c80547aeabe14534181f82d9085d76129838f098264e2e7f";

    @Test
    void isSignedAsTheToolsOfOthersSign() {
        assertThat(PLAY.signature(KEY)).isEqualTo(BY_OPENSSL);
        assertThat(PLAY.query(KEY)).isEqualTo("expires=1900000000&signature=" + BY_OPENSSL);
        assertThat(PLAY.isSignedBy(KEY, BY_OPENSSL)).isTrue();
    }

    @Test
    void isSignedForNothingElse() {
        List<UrlPermit> others = List.of(
                new UrlPermit(Intent.PUBLISH, CAM, PLAY.expires(), "", ""),
                new UrlPermit(Intent.PLAY, new StreamKey("other", "live", "cam1"), PLAY.expires(), "", ""),
                new UrlPermit(Intent.PLAY, new StreamKey("__defaultVhost__", "liv", "ecam1"), PLAY.expires(), "", ""),
                new UrlPermit(Intent.PLAY, CAM, PLAY.expires() + 1, "", ""),
                new UrlPermit(Intent.PLAY, CAM, PLAY.expires(), "203.0.113.7", ""),
                new UrlPermit(Intent.PLAY, CAM, PLAY.expires(), "", "203.0.113.7"));
        assertThat(others).noneMatch(other -> other.isSignedBy(KEY, BY_OPENSSL));
        assertThat(PLAY.isSignedBy(new AccessKey("k", KEY.secret() + "0"), BY_OPENSSL))
                .isFalse();
        assertThat(List.of("", "0", BY_OPENSSL + "0", BY_OPENSSL.toUpperCase(java.util.Locale.ROOT)))
                .noneMatch(signature -> PLAY.isSignedBy(KEY, signature));
    }

    @Test
    void aPartWithALineFeedIsRefusedSinceItCouldStandForTwo() {
        assertThatThrownBy(() -> new UrlPermit(Intent.PLAY, CAM, 1, "", "a\nb"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UrlPermit(Intent.PLAY, new StreamKey("v", "live", "a\nb"), 1, "", ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAddressAndSubjectInTheUrl() {
        assertThat(new UrlPermit(Intent.PLAY, CAM, 1, "2001:db8::1", "Ann & Bob").query(KEY))
                .startsWith("expires=1&address=2001%3Adb8%3A%3A1&subject=Ann%20%26%20Bob&signature=");
    }
}
