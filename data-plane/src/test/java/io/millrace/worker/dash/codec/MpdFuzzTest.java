package io.millrace.worker.dash.codec;

import io.millrace.worker.http.uri.ChangedTexts;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Manifests with something wrong in them, for a quarter of {@code millrace.fuzz.seconds}. */
class MpdFuzzTest {

    private static final List<String> WORDS = List.of(
            "<",
            ">",
            "/>",
            "</",
            "&",
            "&amp;",
            "&#x41;",
            "&#9;",
            "'",
            "\"",
            "=",
            " ",
            "\r\n",
            "<!-- x -->",
            "<![CDATA[",
            "]]>",
            "<![CDATA[x]]>",
            "<?p?>",
            "<BaseURL>",
            "</BaseURL>",
            "<Period>",
            "</Period>",
            "<SegmentTimeline>",
            "xmlns='x' ",
            "xmlns:mpd='' ",
            "\u0000",
            "<MPD>",
            "</MPD>",
            "<UTCTiming schemeIdUri='urn:mpeg:dash:utc:http-iso:2014' value='a&#32; b'/>",
            " media='a'",
            "xlink:href='a'");

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void keepsItsWordWhateverComes() {
        new ChangedTexts(MpdCase.texts(), WORDS).feed(4, MpdChecks::check);
    }
}
