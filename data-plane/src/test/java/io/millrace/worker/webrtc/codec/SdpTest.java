package io.millrace.worker.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SdpTest {

    @ParameterizedTest
    @EnumSource
    void writesWhatItRead(SdpCase one) {
        assertThat(Sdp.parse(one.text())).hasToString(one.text());
        String lineFeeds = one.text().replace("\r", "");
        assertThat(Sdp.parse(lineFeeds)).hasToString(lineFeeds);
        String mixed = one.text().replaceFirst("\r", "") + "\n\r\n";
        assertThat(Sdp.parse(mixed)).hasToString(mixed);
    }

    @ParameterizedTest
    @EnumSource
    void findsWhatSignallingNeeds(SdpCase one) {
        Sdp sdp = Sdp.parse(one.text());
        assertThat(sdp.iceUfrag()).contains(one.ufrag);
        assertThat(sdp.icePwd()).isPresent();
        assertThat(sdp.candidates()).hasSize(one.candidates);
        assertThat(sdp.bundle()).isEqualTo(one.bundle());
        assertThat(sdp.isIceLite()).isEqualTo(one.text().contains("a=ice-lite"));
    }

    @Test
    void theTransportIsThatOfTheBundleNotOfARefusedSection() {
        Sdp sdp = Sdp.parse(SdpCase.LIBWEBRTC_ANSWER.text());
        assertThat(sdp.transportSection()).contains(1);
        assertThat(sdp.media().getFirst().isRefused()).isTrue();
        assertThat(sdp.media().get(1).connection()).contains(new SdpConnection("IP6", "2001:db8::9"));
        assertThat(sdp.media().get(1).media()).contains(new SdpMedia("audio", 40001, "", "UDP/TLS/RTP/SAVPF 111"));
    }

    @Test
    void aSectionWithPortZeroInABundleIsInUse() {
        Sdp sdp = Sdp.parse("v=0\r\nm=audio 0 RTP/SAVPF 0\r\na=bundle-only\r\na=mid:1\r\n");
        assertThat(sdp.media().getFirst().isRefused()).isFalse();
    }

    @Test
    void readsFragmentsThatBeginAnywhere() {
        String text = """
                a=ice-ufrag:EsAw
                a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
                m=audio 9 RTP/AVP 0
                a=mid:0
                a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0
                a=end-of-candidates
                """.replace("\n", "\r\n");
        Sdp fragment = Sdp.parseFragment(text);
        assertThat(fragment).hasToString(text);
        assertThat(fragment.iceUfrag()).contains("EsAw");
        assertThat(fragment.candidates()).hasSize(1);
        assertThat(Sdp.parseFragment("")).hasToString("");
        assertThatThrownBy(() -> Sdp.parse(text)).isInstanceOf(SdpFormatException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                "v",
                "v=0",
                "v=0\r\ns=-\r\n",
                "{\"sdp\":1}",
                "v=0\r\nm=audio\r\n",
                "v=0\r\nm=audio x RTP/AVP 0\r\n",
                "v=0\r\nm=audio 65536 RTP/AVP 0\r\n",
                "v=0\r\nm=audio 9\r\n",
                "v=0\r\nm= 9 RTP\r\n",
                "v=0\rs=-\r\nm=audio 9 RTP/AVP 0\r\n",
                "v=0\r\nm=audio 9 RTP/AVP 0\r\na=x\u0000\r\n",
                "v=0\r\nhello\r\nm=audio 9 RTP/AVP 0\r\n",
                "v=0\r\n a=folded\r\nm=audio 9 RTP/AVP 0\r\n",
                "o=- 1 1 IN IP4 127.0.0.1\r\nv=0\r\nm=audio 9 RTP/AVP 0\r\n",
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Sdp.parse(text)).isInstanceOf(SdpFormatException.class);
    }

    @Test
    void refusesWhatIsTooMuch() {
        String begin = "v=0\r\nm=audio 9 RTP/AVP 0\r\n";
        assertThatThrownBy(() -> Sdp.parse(begin + "a=x\r\n".repeat(Sdp.MAX_LINES)))
                .hasMessageContaining("lines");
        assertThatThrownBy(() -> Sdp.parse(begin + "a=" + "x".repeat(Sdp.MAX_LENGTH)))
                .hasMessageContaining("longer");
    }
}
