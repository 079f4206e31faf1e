package io.millrace.worker.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathRuleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // path | the stream among the candidates | the first guess
                "/live/cam-12.ts | /live/cam | /live/cam",
                "/live/cam_12.ts | /live/cam | /live/cam",
                "/live/cam-1-12.ts | /live/cam-1 | /live/cam",
                "/live/cam_720p-12.m4s | /live/cam | /live/cam_720p",
                "/live/cam/12.m4s | /live/cam | /live/cam",
                "/live/cam/720p/12.m4s | /live/cam | /live/cam/720p",
                "/live/cam_720p/12.ts | /live/cam | /live/cam_720p",
                "/live/cam-init.m4v | /live/cam | /live/cam-init",
                "/app/a/b-12.3.m4s | /app/a/b | /app/a/b",
            })
    void findsTheStreamOfAPiece(String path, String stream, String guess) {
        assertThat(PathRule.candidates(path)).contains(stream);
        assertThat(PathRule.guesses(path)).first().isEqualTo(guess);
    }

    @Test
    void aNameOfNumbersAloneLeavesItsFolder() {
        assertThat(PathRule.guesses("/live/cam/12.m4s")).containsExactly("/live/cam");
    }

    @Test
    void aPathWithoutAppNamesNoStream() {
        assertThat(PathRule.candidates("/cam-12.ts")).isEmpty();
        assertThat(PathRule.guesses("/cam-12.ts")).isEmpty();
    }

    @Test
    void aLongPathHasFewCandidates() {
        assertThat(PathRule.candidates("/a" + "/b-c-d".repeat(1_000) + ".ts")).hasSizeLessThanOrEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({"/a/b.TS,ts", "/a.b/c,''", "/a/.ts,''", "/a/b.tar.gz,gz"})
    void readsExtensions(String path, String extension) {
        assertThat(PathRule.extension(path)).isEqualTo(extension);
    }
}
