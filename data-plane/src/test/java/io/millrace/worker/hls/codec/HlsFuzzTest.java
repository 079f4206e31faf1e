package io.millrace.worker.hls.codec;

import io.millrace.worker.http.uri.ChangedTexts;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Playlists with something wrong in them, for a quarter of {@code millrace.fuzz.seconds}. */
class HlsFuzzTest {

    private static final List<String> WORDS = List.of(
            "\n",
            "\r",
            "\r\n",
            ",",
            "\"",
            "=",
            ":",
            "#",
            "#EXT",
            "{$",
            "{$host}",
            "}",
            " ",
            "URI=",
            "URI=\"",
            "\uFEFF",
            "\u0000",
            "\n#EXT-X-STREAM-INF:",
            "\n#EXT-X-DEFINE:NAME=\"host\",VALUE=\"a b,c\"\n",
            "99999999999999999999",
            "-1",
            ".");

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void keepsItsWordWhateverComes() {
        new ChangedTexts(HlsCase.texts(), WORDS).feed(4, HlsChecks::check);
    }
}
