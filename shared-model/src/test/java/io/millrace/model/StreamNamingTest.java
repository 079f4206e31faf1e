package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamNamingTest {

    private final StreamNaming naming = new StreamNaming(List.of("Media.Example.com"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // tcUrl | app | stream | key
                "rtmp://10.0.0.1/live | live | cam | __defaultVhost__/live/cam",
                "rtmp://10.0.0.1:1935/live | live | cam?token=1 | __defaultVhost__/live/cam",
                "rtmp://[::1]:1935/live | live | cam | __defaultVhost__/live/cam",
                "rtmp://[fd00::1]/live | live | cam | __defaultVhost__/live/cam",
                "rtmp://localhost/live | live | cam | __defaultVhost__/live/cam",
                "rtmp://other.example.com/live | live | cam | __defaultVhost__/live/cam",
                "rtmp://media.example.com/live | live | cam | media.example.com/live/cam",
                "rtmp://MEDIA.example.com:19350/live | live | cam | media.example.com/live/cam",
                "rtmps://media.example.com/live | live | cam | media.example.com/live/cam",
                "rtmp://host/live?vhost=x | live?vhost=x | cam | x/live/cam",
                "rtmp://media.example.com/live?vhost=x | live | cam | x/live/cam",
                "rtmp://host/live#vhost=x | live | cam | x/live/cam",
                "rtmp://host/live?vhost=x/cam | live | '' | x/live/cam",
                "rtmp://host/live?vhost=x/y | live | cam | x/live/cam",
                "rtmp://host/live?k=v&domain=X | live | cam | x/live/cam",
                "rtmp://host/live...vhost...x | live | cam | x/live/cam",
                "rtmp://host/live...vhost...x/cam | live | '' | x/live/cam",
                "rtmp://host/live?vhost=a | live | cam?vhost=b&token=y | b/live/cam",
                "rtmp://host/live/_definst_ | live | cam | __defaultVhost__/live/cam",
                "rtmp://host/app/a | app/a | b?vhost=x&token=y | x/app/a/b",
                "rtmp://host/app | app | a/b?vhost=x | x/app/a/b",
                "rtmp://host/live/ | live | /cam | __defaultVhost__/live/cam",
                "rtmp://host | live | cam | __defaultVhost__/live/cam",
                "'' | live | cam | __defaultVhost__/live/cam",
                "rtmp://host/live?vhost=__DEFAULTvhost__ | live | cam | __defaultVhost__/live/cam",
                "rtmp://host/live?vhost=%zz | live | cam | %zz/live/cam",
                "rtmp://user:pw@media.example.com/live | live | cam | media.example.com/live/cam",
            })
    void givesOneKeyForEverySpelling(String tcUrl, String app, String stream, String key) {
        assertThat(naming.ofRtmp(tcUrl, app, stream)).hasToString(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'' | '' | cam", "rtmp://host/live | live | ''", "rtmp://host/live | live | ?token=1"})
    void refusesWhatNamesNoStream(String tcUrl, String app, String stream) {
        assertThatThrownBy(() -> naming.ofRtmp(tcUrl, app, stream)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Host | path | query | key
                "10.0.0.1 | /live/cam.flv | '' | __defaultVhost__/live/cam",
                "10.0.0.1:8080 | /live/cam.ts | token=1 | __defaultVhost__/live/cam",
                "[fd00::1]:8080 | /live/cam.m3u8 | '' | __defaultVhost__/live/cam",
                "media.example.com | /live/cam.flv | '' | media.example.com/live/cam",
                "MEDIA.example.com:80 | /live/cam.flv | '' | media.example.com/live/cam",
                "other.example.com | /live/cam.flv | '' | __defaultVhost__/live/cam",
                "media.example.com | /live/cam.flv | vhost=x | x/live/cam",
                "host | /live/cam.flv | token=y&domain=X | x/live/cam",
                "'' | /live/cam.flv | '' | __defaultVhost__/live/cam",
                "host | /app/a/b.mpd | '' | __defaultVhost__/app/a/b",
                "host | /live/cam.1.flv | '' | __defaultVhost__/live/cam.1",
                "host | /live/cam | '' | __defaultVhost__/live/cam",
                "host | /live/.flv | '' | __defaultVhost__/live/.flv",
                "host | /live/c%C3%A4m+1.flv | '' | __defaultVhost__/live/c\u00e4m+1",
                "host | /live/c%zzm.flv | '' | __defaultVhost__/live/c%zzm",
                "host | /live/_definst_/cam.flv | '' | __defaultVhost__/live/cam",
            })
    void readsUrlsAsItReadsRtmp(String host, String path, String query, String key) {
        assertThat(naming.ofHttp(host, path, query)).hasToString(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"/cam.flv", "/", "/live/", "/live/a%3Fb.flv", "/live/a%00.flv"})
    void refusesUrlsThatNameNoStream(String path) {
        assertThatThrownBy(() -> naming.ofHttp("host", path, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Host | query | key
                "10.0.0.1:1985 | app=live&stream=cam | __defaultVhost__/live/cam",
                "10.0.0.1:1985 | '' | __defaultVhost__/live/livestream",
                "10.0.0.1 | app=&stream= | __defaultVhost__/live/livestream",
                "10.0.0.1 | stream=cam&eip=1.2.3.4 | __defaultVhost__/live/cam",
                "media.example.com:1985 | app=live&stream=cam | media.example.com/live/cam",
                "other.example.com | app=live&stream=cam | __defaultVhost__/live/cam",
                "media.example.com | app=live&stream=cam&vhost=x | x/live/cam",
                "[fd00::1]:1985 | app=a%2Fb&stream=cam | __defaultVhost__/a/b/cam",
                "host | app=a&stream=b/cam | __defaultVhost__/a/b/cam",
                "host | app=live&stream=cam.1 | __defaultVhost__/live/cam.1",
                "host | app=live&stream=cam%3Fvhost%3Dx | x/live/cam",
                "host | app=live&stream=cam?token=1 | __defaultVhost__/live/cam",
                "host | myapp=x&app=live&upstream=y&stream=cam | __defaultVhost__/live/cam",
            })
    void readsQueriesAsItReadsRtmp(String host, String query, String key) {
        assertThat(naming.ofQuery(host, query)).hasToString(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // h | path | query | key
                "'' | live/cam | '' | __defaultVhost__/live/cam",
                "10.0.0.1 | live/cam | '' | __defaultVhost__/live/cam",
                "other.example.com | live/cam | '' | __defaultVhost__/live/cam",
                "media.example.com | live/cam | '' | media.example.com/live/cam",
                "MEDIA.example.com:10080 | /live/cam | '' | media.example.com/live/cam",
                "media.example.com | live/cam | vhost=x | x/live/cam",
                "'' | live/cam | token=y&domain=X | x/live/cam",
                "'' | app/a/b | '' | __defaultVhost__/app/a/b",
                "'' | live/cam.1%20+ | '' | __defaultVhost__/live/cam.1%20+",
                "'' | live/_definst_/cam | '' | __defaultVhost__/live/cam",
            })
    void readsStreamIdsAsItReadsRtmp(String host, String path, String query, String key) {
        assertThat(naming.ofSrt(host, path, query)).hasToString(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "webrtc://10.0.0.1/live/cam | __defaultVhost__/live/cam",
                "webrtc://10.0.0.1:1985/live/cam?token=/x | __defaultVhost__/live/cam",
                "webrtc://media.example.com/live/cam | media.example.com/live/cam",
                "webrtc://[fd00::1]:1985/live/cam | __defaultVhost__/live/cam",
                "webrtc://host/live/cam?vhost=x&eip=1.2.3.4 | x/live/cam",
                "webrtc://host/app/a/b | __defaultVhost__/app/a/b",
                "webrtc://host/live...vhost...x/cam | x/live/cam",
                "webrtc://host/live/cam.1 | __defaultVhost__/live/cam.1",
            })
    void readsUrlsOfStreamsAsItReadsRtmp(String url, String key) {
        assertThat(naming.ofUrl(url)).hasToString(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "cam", "live/cam", "webrtc://", "webrtc://host", "webrtc://host/cam", "webrtc://host/live/"})
    void refusesUrlsOfNoStream(String url) {
        assertThatThrownBy(() -> naming.ofUrl(url)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"cam", "''", "/", "live/", "live/a#b"})
    void refusesStreamIdsThatNameNoStream(String path) {
        assertThatThrownBy(() -> naming.ofSrt("host", path, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNamesWithoutEnd() {
        assertThatThrownBy(() -> naming.ofSrt("", "live/" + "x".repeat(10_000), ""))
                .hasMessageContaining("longer than");
        assertThatThrownBy(() -> naming.ofRtmp("rtmp://host/live", "live", "x".repeat(10_000)))
                .hasMessageContaining("longer than");
    }
}
