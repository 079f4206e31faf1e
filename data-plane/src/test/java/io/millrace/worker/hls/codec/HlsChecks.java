package io.millrace.worker.hls.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What holds for every text, good or bad. */
final class HlsChecks {

    private HlsChecks() {}

    /** @return whether it was taken for a playlist */
    static boolean check(String text) {
        HlsPlaylist playlist;
        try {
            playlist = HlsPlaylist.parse(text);
        } catch (HlsFormatException malformed) {
            return false;
        }
        assertThat(playlist.render(HlsUri::uri)).isEqualTo(text);
        HlsPlaylist again = HlsPlaylist.parse(playlist.render(uri -> "/r/" + uri.index() + "/x"));
        assertThat(again.facts()).isEqualTo(playlist.facts());
        assertThat(again.uris()).hasSameSizeAs(playlist.uris());
        List<HlsUri> uris = playlist.uris();
        for (int i = 0; i < uris.size(); i++) {
            HlsUri uri = uris.get(i);
            HlsUri rewritten = again.uris().get(i);
            if (uri.index() != i
                    || rewritten.role() != uri.role()
                    || !rewritten.uri().equals("/r/" + i + "/x")) {
                throw new AssertionError(uri + " became " + rewritten);
            }
        }
        return true;
    }
}
