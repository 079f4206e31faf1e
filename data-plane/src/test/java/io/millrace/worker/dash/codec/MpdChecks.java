package io.millrace.worker.dash.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What holds for every text, good or bad. */
final class MpdChecks {

    private MpdChecks() {}

    /** @return whether it was taken for a manifest */
    static boolean check(String text) {
        Mpd mpd;
        try {
            mpd = Mpd.parse(text);
        } catch (MpdFormatException malformed) {
            return false;
        }
        assertThat(mpd.render(MpdUri::uri)).isEqualTo(text);
        Mpd again = Mpd.parse(mpd.render(MpdChecks::rewritten));
        assertThat(again.facts()).isEqualTo(mpd.facts());
        assertThat(again.uris()).hasSameSizeAs(mpd.uris());
        List<MpdUri> uris = mpd.uris();
        for (int i = 0; i < uris.size(); i++) {
            MpdUri uri = uris.get(i);
            MpdUri back = again.uris().get(i);
            if (uri.index() != i || back.role() != uri.role() || !back.uri().equals(rewritten(uri))) {
                throw new AssertionError(uri + " became " + back);
            }
            mpd.baseUrls(uri);
        }
        return true;
    }

    static String rewritten(MpdUri uri) {
        return "/r/" + uri.index() + "?a=1&b=<]]>'\"$Number$&amp;";
    }
}
