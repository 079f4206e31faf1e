package io.millrace.worker.dash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.worker.http.delivery.LinksOf;
import io.millrace.worker.http.delivery.UnreadablePlaylistException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DashTextTest {

    private static final String MPD = """
            <?xml version="1.0" encoding="utf-8"?>
            <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="dynamic" minimumUpdatePeriod="PT4S" maxSegmentDuration="PT6S">
              <Location>http://origin:8080/live/cam.mpd?a=1&amp;b=2</Location>
              <Period id="1">
                <BaseURL>%s</BaseURL>
                <AdaptationSet>
                  <SegmentTemplate media="cam-$RepresentationID$-$Number%%05d$.m4s" initialization="cam-init.mp4?x=1"/>
                  <Representation id="v"/>
                </AdaptationSet>
              </Period>
            </MPD>
            """;

    private static String rendered(String base) {
        return new DashFormat().parse(MPD.formatted(base)).render(LinksOf.tokens("origin:8080", "LIST", "PIECE"));
    }

    @Test
    void tokensReachSegmentRequestsThroughTemplatesAndNotThroughFolders() {
        String text = rendered("dash/");
        assertThat(text)
                .contains("<BaseURL>dash/</BaseURL>")
                .contains("media=\"cam-$RepresentationID$-$Number%05d$.m4s?mr=PIECE\"")
                .contains("initialization=\"cam-init.mp4?x=1&amp;mr=PIECE\"")
                .contains("<Location>/live/cam.mpd?a=1&amp;b=2&amp;mr=LIST</Location>");
    }

    @Test
    void aBaseOnTheOriginLeadsToUs() {
        assertThat(rendered("http://origin:8080/dash/"))
                .contains("<BaseURL>/dash/</BaseURL>")
                .contains(".m4s?mr=PIECE");
    }

    @Test
    void whatLiesElsewhereStaysAsItIs() {
        assertThat(rendered("https://cdn.example/dash/"))
                .contains("<BaseURL>https://cdn.example/dash/</BaseURL>")
                .contains("media=\"cam-$RepresentationID$-$Number%05d$.m4s\"")
                .contains("initialization=\"cam-init.mp4?x=1\"");
    }

    @Test
    void aBaseThatIsTheFileItselfCarriesTheToken() {
        assertThat(rendered("cam.mp4")).contains("<BaseURL>cam.mp4?mr=PIECE</BaseURL>");
    }

    @Test
    void aTokenOpensTheFolderThatAPlayerFindsItsSegmentsIn() {
        String text = new DashFormat()
                .parse(MPD.formatted("../dash/x/"))
                .render(LinksOf.scopes("origin:8080", "/live/show/cam.mpd"));
        assertThat(text)
                .contains("cam-$RepresentationID$-$Number%05d$.m4s?mr=/live/dash/x/**.m4s\"")
                .contains("cam-init.mp4?x=1&amp;mr=/live/dash/x/*.mp4\"")
                .contains("cam.mpd?a=1&amp;b=2&amp;mr=/live/*.mpd<");
    }

    @Test
    void isKeptForLessThanItsUpdatePeriod() {
        assertThat(new DashFormat().parse(MPD.formatted("x/")).fresh()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void refusesWhatIsNoManifest() {
        assertThatThrownBy(() -> new DashFormat().parse("<html></html>"))
                .isInstanceOf(UnreadablePlaylistException.class);
    }
}
