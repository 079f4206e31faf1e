package io.millrace.worker.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.http.uri.ChangedTexts;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Descriptions with something wrong in them, for a quarter of {@code millrace.fuzz.seconds}. */
class SdpFuzzTest {

    private static final List<String> WORDS = List.of(
            "\n",
            "\r",
            "\r\n",
            "\u0000",
            "=",
            ":",
            " ",
            "a=",
            "a=candidate:",
            "\r\na=candidate:1 1 udp 1 10.0.0.1 1 typ host\r\n",
            "\r\na=end-of-candidates\r\n",
            "\r\nm=",
            "\r\nm=audio 9 RTP/AVP 0\r\n",
            "\r\nc=IN IP4 10.0.0.1\r\n",
            "\r\na=rtcp:",
            "\r\na=group:BUNDLE",
            "\r\na=bundle-only\r\n",
            "\r\na=ice-ufrag:",
            "IN IP6 ::",
            "0",
            "65535",
            "99999999999999999999",
            "-1",
            "/");

    private static final List<Candidate> OURS =
            Candidate.parse("1 1 udp 2130706431 198.51.100.1 18000 typ host").stream()
                    .toList();

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void keepsItsWordWhateverComes() {
        List<String> valid = Arrays.stream(SdpCase.values()).map(SdpCase::text).toList();
        new ChangedTexts(valid, WORDS).feed(4, SdpFuzzTest::check);
    }

    /** @return whether it could be read */
    private static boolean check(String text) {
        Sdp sdp;
        try {
            sdp = Sdp.parseFragment(text);
        } catch (SdpFormatException refused) {
            return false;
        }
        assertThat(sdp).hasToString(text);
        sdp.iceUfrag();
        sdp.icePwd();

        String removed = SdpCandidates.removed(sdp).toString();
        assertThat(Sdp.parseFragment(removed).candidates()).isEmpty();
        assertThat(("\n" + removed).contains("\na=candidate:")).isFalse();

        Sdp replaced = Sdp.parseFragment(SdpCandidates.replaced(sdp, OURS).toString());
        assertThat(replaced.candidates()).allMatch(OURS::contains);
        assertThat(replaced.candidates().isEmpty()).isEqualTo(sdp.media().isEmpty());
        assertThat(replaced.media()).hasSameSizeAs(sdp.media());
        assertThat(replaced.iceUfrag()).isEqualTo(sdp.iceUfrag());
        return true;
    }
}
