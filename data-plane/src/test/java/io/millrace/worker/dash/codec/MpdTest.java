package io.millrace.worker.dash.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MpdTest {

    @ParameterizedTest
    @EnumSource
    void findsEachUri(MpdCase manifest) {
        assertThat(Mpd.parse(manifest.text).uris())
                .extracting(uri -> uri.role() + " " + uri.uri())
                .containsExactlyElementsOf(manifest.uris());
    }

    @ParameterizedTest
    @EnumSource
    void givesBackTheTextWhereNothingIsRewritten(MpdCase manifest) {
        assertThat(Mpd.parse(manifest.text).render(MpdUri::uri)).isEqualTo(manifest.text);
    }

    @ParameterizedTest
    @EnumSource
    void rewritesTheUrisAndNothingElse(MpdCase manifest) {
        Mpd parsed = Mpd.parse(manifest.text);
        StringBuilder expected = new StringBuilder(manifest.text);
        for (MpdUri uri : parsed.uris().reversed()) {
            expected.replace(uri.start(), uri.end(), "/r/" + uri.index());
        }
        assertThat(parsed.render(uri -> "/r/" + uri.index())).isEqualTo(expected.toString());
        assertThat(MpdChecks.check(manifest.text)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void keepsItsWordWhereverTheTextIsCut(MpdCase manifest) {
        for (int length = 0; length < manifest.text.length(); length++) {
            MpdChecks.check(manifest.text.substring(0, length));
        }
    }

    @Test
    void escapesAsThePlaceDemands() {
        String text = "<MPD><BaseURL>a</BaseURL><Location><![CDATA[b]]></Location>"
                + "<SegmentTemplate media=\"c\" index='d'/></MPD>";
        assertThat(Mpd.parse(text).render(uri -> "&<>]]>'\"\n"))
                .isEqualTo(
                        "<MPD><BaseURL>&amp;&lt;&gt;]]&gt;'\"%0A</BaseURL><Location><![CDATA[&<>]]]]><![CDATA[>'\"%0A]]></Location>"
                                + "<SegmentTemplate media=\"&amp;&lt;&gt;]]&gt;'&quot;%0A\" index='&amp;&lt;&gt;]]&gt;&apos;\"%0A'/></MPD>");
    }

    @Test
    void namesTheBaseUrlsThatHoldForEachUri() {
        Mpd mpd = Mpd.parse(MpdCase.MULTI_PERIOD.text);
        assertThat(mpd.uris())
                .filteredOn(uri -> !mpd.baseUrls(uri).isEmpty())
                .extracting(uri -> uri.uri() + " " + String.join(" ", mpd.baseUrls(uri)))
                .containsExactly(
                        "p1/ https://a.example.com/live/",
                        "$RepresentationID$/$Bandwidth$/$Number%05d$.m4s?a=1&b=\"$$$\" https://a.example.com/live/ p1/",
                        "$RepresentationID$/init.mp4 https://a.example.com/live/ p1/",
                        "/abs/bs.mp4 https://a.example.com/live/ p1/",
                        "v1/ https://a.example.com/live/ p1/",
                        "v2-$Time$.m4s https://a.example.com/live/ p1/ ../v2/",
                        "../v2/ https://a.example.com/live/ p1/",
                        "http://c.example.com/init.mp4 https://a.example.com/live/",
                        "idx.mp4 https://a.example.com/live/",
                        "bs.mp4 https://a.example.com/live/",
                        "1.idx https://a.example.com/live/",
                        "1.m4s https://a.example.com/live/",
                        "https://time.example.com/?iso https://a.example.com/live/",
                        "/time https://a.example.com/live/");
    }

    @Test
    void marksTemplates() {
        assertThat(Mpd.parse(MpdCase.MULTI_PERIOD.text).uris())
                .filteredOn(MpdUri::template)
                .extracting(MpdUri::role)
                .containsExactly(MpdRole.MEDIA, MpdRole.INITIALIZATION, MpdRole.BITSTREAM_SWITCHING, MpdRole.MEDIA);
        assertThat(Mpd.asTemplate("a$b")).isEqualTo("a$$b");
    }

    @Test
    void readsFacts() {
        long absent = MpdFacts.ABSENT;
        assertThat(Mpd.parse(MpdCase.MULTI_PERIOD.text).facts())
                .isEqualTo(new MpdFacts(true, 0, absent, 3_601_500, 2_000));
        assertThat(Mpd.parse(MpdCase.NGINX_RTMP.text).facts())
                .isEqualTo(new MpdFacts(true, 1_000, absent, 5_000, absent));
        assertThat(Mpd.parse(MpdCase.FFMPEG_TIMELINE.text).facts())
                .isEqualTo(new MpdFacts(false, absent, 6_000, absent, 2_000));
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S,            0",
        "PT1.5S,          1500",
        "PT.25S,          250",
        "PT0.0019S,       1",
        "P1Y2M3DT4H5M6S,  36993906000",
        "-PT5S,           0",
        "P999999999Y,     31536000000000"
    })
    void readsDurations(String duration, long millis) {
        assertThat(Mpd.parse("<MPD minimumUpdatePeriod='" + duration + "'/>").facts())
                .extracting(MpdFacts::minimumUpdatePeriodMillis)
                .isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "P",
                "PT",
                "5",
                "PT5",
                "PTS",
                "P5S",
                "PT5D",
                "PT1.5H",
                "PT1..5S",
                "PT1TS",
                "PT9999999999S",
                "P1DT"
            })
    void refusesOtherDurations(String duration) {
        assertThatThrownBy(() -> Mpd.parse("<MPD minimumUpdatePeriod='" + duration + "'/>"))
                .isInstanceOf(MpdFormatException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "<html/>",
                "<MPD>",
                "<MPD/><MPD/>",
                "<MPD/>text",
                "<MPD></mpd>",
                "</MPD>",
                "<MPD a></MPD>",
                "<MPD a=b></MPD>",
                "<MPD a='<'/>",
                "<MPD a='1'b='2'/>",
                "<MPD a='1",
                "<MPD><!-- </MPD>",
                "<MPD><BaseURL>a<b/></BaseURL></MPD>",
                "<MPD><BaseURL>&bomb;</BaseURL></MPD>",
                "<MPD><BaseURL>&amp</BaseURL></MPD>",
                "<MPD><BaseURL>&#0;</BaseURL></MPD>",
                "<MPD><BaseURL>&#xD800;</BaseURL></MPD>",
                "<MPD><BaseURL>&#x110000;</BaseURL></MPD>",
                "<MPD><BaseURL>&#99999999;</BaseURL></MPD>",
                "<MPD><BaseURL>&#-1;</BaseURL></MPD>",
                "<MPD><BaseURL>&#;</BaseURL></MPD>",
                "<MPD><BaseURL>a\u0001</BaseURL></MPD>",
                "<!DOCTYPE MPD [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><MPD><BaseURL>&b;</BaseURL></MPD>",
                "<MPD><![CDATA[</MPD>",
                "<MPD><!ELEMENT a></MPD>",
                "<1/>",
                "< MPD/>"
            })
    void refusesWhatIsNoManifest(String text) {
        assertThatThrownBy(() -> Mpd.parse(text)).isInstanceOf(MpdFormatException.class);
    }

    @Test
    void boundsTextDepthAttributesAndUris() {
        List<String> tooMuch = List.of(
                "<MPD>" + " ".repeat(8 << 20) + "</MPD>",
                "<MPD>" + "<a>".repeat(100) + "</a>".repeat(100) + "</MPD>",
                "<MPD " + "a='1' ".repeat(1_000) + "/>",
                "<MPD " + "xmlns:a='1' ".repeat(100) + "/>",
                "<MPD>" + "<Period/>".repeat(100_001) + "</MPD>",
                "<MPD>" + "<BaseURL>a</BaseURL>".repeat(200_001) + "</MPD>");
        for (String text : tooMuch) {
            assertThatThrownBy(() -> Mpd.parse(text)).isInstanceOf(MpdFormatException.class);
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void takesLinearTime() {
        List<String> hard = List.of(
                "<",
                "<a ",
                "<a>",
                "<a/>",
                "</",
                "<!--",
                "<!---->",
                "<?",
                "<![CDATA[",
                "<![CDATA[x]]>",
                "]]>",
                "&",
                "&amp;",
                "a='",
                "a='' ",
                "xmlns:a=''",
                " ",
                ">",
                "<!--x-->y",
                "\"",
                "a:",
                "=");
        for (String unit : hard) {
            for (String opening :
                    List.of("", "<MPD>", "<MPD><BaseURL>", "<MPD ", "<MPD><BaseURL><![CDATA[", "<MPD type='")) {
                String text = opening + unit.repeat((4 << 20) / unit.length());
                MpdChecks.check(text);
                MpdChecks.check(text + "</BaseURL></MPD>");
            }
        }
    }
}
