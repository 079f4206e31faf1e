package io.millrace.worker.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeTest {

    /** Whether a request for a path lies in the scope of a URI. */
    private static boolean opens(String uri, String path) {
        Scope scope = Scope.of(uri);
        Optional<Scope> around = Scope.around(path, scope.depth(), scope.below(), scope.anyExtension());
        return around.filter(scope::equals).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "/live/cam-1.ts, /live/cam-2.ts",
        "/live/cam/720p/1.m4s, /live/cam/720p/2.m4s",
        "/live/a b/1.ts, /live/a%20b/2.ts",
        "/live/\u00e4/1.ts, /live/%C3%A4/1.ts",
        "/live/%7Ecam/1.ts, /live/~cam/1.ts",
        "/live/key, /live/other",
        "/1.ts, /2.ts",
        "/live/$Number$.m4s, /live/7.m4s",
        "/live/$Number%05d$, /live/00007",
        "/live/cam.$Number$, /live/cam.7",
        "/live/$RepresentationID$/$Time$.m4s, /live/video/avc1/1/12.m4s",
        "/live/$Bandwidth$/$Number$.m4s, /live/800000/12.m4s",
        "/live/{$folder}/1.ts, /live/a/b/1.ts",
        "/live/1.{$ending}, /live/1.ts"
    })
    void opensWhatAPlayerMakesOfTheUri(String uri, String path) {
        assertThat(opens(uri, path)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/live/cam-1.ts, /control/cam-1.ts",
        "/live/cam-1.ts, /live/cam-1.mp4",
        "/live/cam-1.ts, /live/cam-1",
        "/live/cam-1.ts, /live/sub/cam-1.ts",
        "/live/cam-1.ts, /livex/cam-1.ts",
        "/live/cam/1.ts, /live/1.ts",
        "/live/key, /live/cam.key",
        "/live/$Number$.m4s, /live/sub/7.m4s",
        "/live/$RepresentationID$/$Time$.m4s, /control/1/12.m4s",
        "/live/$RepresentationID$/$Time$.m4s, /live/1/drop",
        "/live/$RepresentationID$/$Time$.m4s, /live/%252e%252e/control/12.m4s",
        "/live/$RepresentationID$/$Time$.m4s, /live/%252e%252e%252fcontrol%252f12.m4s",
        "/live/1.ts, /live/%252e%252e%252fcontrol%252f12.ts"
    })
    void opensNothingElse(String uri, String path) {
        assertThat(opens(uri, path)).isFalse();
    }

    @Test
    void aVeryDeepFolderIsOpenFromItsBound() {
        String deep = "/a".repeat(300);
        assertThat(Scope.of(deep + "/1.ts").depth()).isEqualTo(Scope.MAX_DEPTH);
        assertThat(opens(deep + "/1.ts", deep + "/2.ts")).isTrue();
        assertThat(opens(deep + "/1.ts", "/b" + deep + "/2.ts")).isFalse();
    }
}
