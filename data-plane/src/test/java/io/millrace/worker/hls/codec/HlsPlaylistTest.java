package io.millrace.worker.hls.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.worker.hls.codec.HlsFacts.Kind;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HlsPlaylistTest {

    @ParameterizedTest
    @EnumSource
    void findsEachUri(HlsCase playlist) {
        assertThat(HlsPlaylist.parse(playlist.text).uris())
                .extracting(uri -> uri.role() + " " + uri.uri())
                .containsExactlyElementsOf(playlist.uris());
    }

    @ParameterizedTest
    @EnumSource
    void givesBackTheTextWhereNothingIsRewritten(HlsCase playlist) {
        assertThat(HlsPlaylist.parse(playlist.text).render(HlsUri::uri)).isEqualTo(playlist.text);
    }

    @ParameterizedTest
    @EnumSource
    void rewritesTheUrisAndNothingElse(HlsCase playlist) {
        HlsPlaylist parsed = HlsPlaylist.parse(playlist.text);
        StringBuilder expected = new StringBuilder(playlist.text);
        for (HlsUri uri : parsed.uris().reversed()) {
            expected.replace(uri.start(), uri.end(), "/r/" + uri.index());
        }
        String rendered = parsed.render(uri -> "/r/" + uri.index());
        assertThat(rendered).isEqualTo(expected.toString());
        assertThat(HlsPlaylist.parse(rendered).facts()).isEqualTo(parsed.facts());
    }

    @ParameterizedTest
    @EnumSource
    void keepsItsWordWhereverTheTextIsCut(HlsCase playlist) {
        for (int length = 0; length < playlist.text.length(); length++) {
            HlsChecks.check(playlist.text.substring(0, length));
        }
    }

    @Test
    void rewritesOneLine() {
        assertThat(HlsPlaylist.parse(HlsCase.SRS_MASTER.text).render(uri -> "/live/_m/sig" + uri.uri()))
                .isEqualTo("""
                        #EXTM3U
                        #EXT-X-STREAM-INF:BANDWIDTH=1,AVERAGE-BANDWIDTH=1
                        /live/_m/sig/live/livestream.m3u8?hls_ctx=7i2m9x41
                        """);
    }

    @Test
    void encodesWhatAPlaceCannotHold() {
        String text = """
                #EXTM3U
                #EXT-X-MAP:URI="a"
                #EXT-X-KEY:URI=b,X=1
                #EXTINF:1,
                c
                """;
        assertThat(HlsPlaylist.parse(text).render(uri -> "x,\"\r\ny")).isEqualTo("""
                        #EXTM3U
                        #EXT-X-MAP:URI="x,%22%0D%0Ay"
                        #EXT-X-KEY:URI=x%2C%22%0D%0Ay,X=1
                        #EXTINF:1,
                        x,"%0D%0Ay
                        """);
    }

    @Test
    void readsFactsOfLowLatency() {
        HlsFacts facts = HlsPlaylist.parse(HlsCase.LOW_LATENCY.text).facts();
        assertThat(facts)
                .isEqualTo(new HlsFacts(Kind.MEDIA, HlsFacts.Type.LIVE, 4_000, 333, 266, 2, 3, 2, false, true));
        assertThat(facts.nextMediaSequence()).isEqualTo(271);
    }

    @Test
    void readsFactsOfEndedPlaylists() {
        assertThat(HlsPlaylist.parse(HlsCase.ENCRYPTED_VOD.text).facts())
                .isEqualTo(new HlsFacts(Kind.MEDIA, HlsFacts.Type.VOD, 6_006, 0, 0, 2, 0, 0, true, false));
    }

    @Test
    void tellsMastersFromMediaPlaylists() {
        for (HlsCase playlist : HlsCase.values()) {
            Kind kind = switch (playlist) {
                case SRS_MASTER, NGINX_RTMP_VARIANTS, RICH_MASTER -> Kind.MASTER;
                default -> Kind.MEDIA;
            };
            assertThat(HlsPlaylist.parse(playlist.text).facts().kind())
                    .as(playlist.name())
                    .isEqualTo(kind);
        }
    }

    @Test
    void saysWhichUrisOnlyThePlayerCanResolve() {
        assertThat(HlsPlaylist.parse(HlsCase.VARIABLES.text).uris())
                .extracting(HlsUri::open)
                .containsExactly(false, true, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\uFEFF",
                "\n#EXTM3U",
                "#EXTM3U8",
                "<html>",
                "#EXTM3U\n#EXT-X-MAP:URI=\"a",
                "#EXTM3U\n#EXT-X-TARGETDURATION:ten",
                "#EXTM3U\n#EXT-X-TARGETDURATION:99999999999",
                "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:-1",
                "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:99999999999999999999",
                "#EXTM3U\na\rb.ts",
                "#EXTM3U\na\u0000b.ts"
            })
    void refusesWhatIsNoPlaylist(String text) {
        assertThatThrownBy(() -> HlsPlaylist.parse(text)).isInstanceOf(HlsFormatException.class);
    }

    @Test
    void boundsTextAndUris() {
        assertThatThrownBy(() -> HlsPlaylist.parse("#EXTM3U\n" + "#".repeat(8 << 20)))
                .isInstanceOf(HlsFormatException.class);
        assertThatThrownBy(() -> HlsPlaylist.parse("#EXTM3U\n" + "a\n".repeat(200_001)))
                .isInstanceOf(HlsFormatException.class);
    }

    @Test
    void boundsWhatVariablesMakeOfASmallText() {
        String text = "#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"" + "x".repeat(100_000) + "\"\n"
                + "{$a}{$a}\n".repeat(1_000);
        assertThatThrownBy(() -> HlsPlaylist.parse(text)).isInstanceOf(HlsFormatException.class);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void takesLinearTime() {
        List<String> hard = List.of(
                "{$", "{$a", "{$a}", "\"", "A=\"", "A=\"\",", ",", "A", "A=,", "URI=a,", " ", "\t=", ":", "\n ");
        for (String unit : hard) {
            for (String opening :
                    List.of("", "#EXT-X-MAP:", "#EXT-X-MAP:URI=\"", "#EXT-X-DEFINE:NAME=\"a\",VALUE=\"\"\n")) {
                HlsChecks.check("#EXTM3U\n" + opening + unit.repeat((4 << 20) / unit.length()));
            }
        }
    }
}
