package io.millrace.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathCheckTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/live/cam.flv",
                "/players/",
                "/a/b/c",
                "/live/c%C3%A4m%20x.flv",
                "/live/..cam.flv",
                "/live/cam..flv",
                "/.well-known/x",
                "/a;b=c/d",
                "/~x/$y/(z)",
            })
    void takesWhatMeansOneThing(String path) {
        assertThat(PathCheck.problemOf(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "live/cam.flv",
                "//live/cam.flv",
                "/live//cam.flv",
                "/live/./cam.flv",
                "/live/../cam.flv",
                "/..",
                "/.",
                "/live/..;x/cam.flv",
                "/;x/cam.flv",
                "/%2e%2e/etc/passwd",
                "/%2E/cam.flv",
                "/live/cam%2eflv",
                "/live%2fcam.flv",
                "/live%2Fcam.flv",
                "/live%5ccam.flv",
                "/live\\cam.flv",
                "/live/cam%00.flv",
                "/live/cam%0d%0a.flv",
                "/live/cam%7f.flv",
                "/live/cam%zz.flv",
                "/live/cam%2",
                "/live/cam%",
                "/live/cam#x",
                "/live/c\u00e4m.flv",
            })
    void refusesWhatCouldMeanTwoThings(String path) {
        assertThat(PathCheck.problemOf(path)).isNotEmpty();
    }
}
