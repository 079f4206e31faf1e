package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientUrlTest {

    private static final StreamNaming NAMING = new StreamNaming(List.of("gold.example.com"));

    @ParameterizedTest
    @CsvSource({
        "rtmp://h:1935/live/cam?token=s3cret, __defaultVhost__/live/cam, RTMP,",
        "rtmps://gold.example.com/live/cam, gold.example.com/live/cam, RTMP,",
        "rtmp://h/live/cam?vhost=gold.example.com, gold.example.com/live/cam, RTMP,",
        "webrtc://h/live/cam, __defaultVhost__/live/cam, WEBRTC,",
        "rtsp://u:p@h:554/live/cam.a/, __defaultVhost__/live/cam.a, RTSP,",
        "http://h:8080/live/cam.flv?token=s3cret, __defaultVhost__/live/cam, FLV, PLAY",
        "https://gold.example.com/live/cam.m3u8, gold.example.com/live/cam, HLS, PLAY",
        "http://h/live/cam.mpd, __defaultVhost__/live/cam, DASH, PLAY",
        "http://h/live/cam.ts, __defaultVhost__/live/cam, FLV, PLAY",
        "http://h/rtc/v1/whip/?app=live&stream=cam, __defaultVhost__/live/cam, WEBRTC, PUBLISH",
        "'srt://h:10080?streamid=#!::r=live/cam,m=publish,token=s3cret', __defaultVhost__/live/cam, SRT, PUBLISH",
        "srt://h:10080?mode=caller&streamid=%23!::h=gold.example.com%2Cr=live/cam, gold.example.com/live/cam, SRT, PLAY",
        "srt://h:10080?streamid=live/cam?token=s3cret&latency=200000, __defaultVhost__/live/cam, SRT, PLAY",
        "http://h/rtc/v1/whep?app=live&stream=cam, __defaultVhost__/live/cam, WEBRTC, PLAY",
    })
    void readsTheUrlsOfClients(String url, String key, Protocol protocol, Intent intent) {
        assertThat(ClientUrl.parse(url, NAMING)).isEqualTo(new ClientUrl(StreamKey.parse(key), protocol, intent));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "live/cam?token=s3cret",
                "rtmp://u:s3cret@h?token=s3cret",
                "rtmp://u:s3cret@h/cam?token=s3cret",
                "http://h/live/cam.mp4?token=s3cret",
                "http://u:s3cret@h/live/cam?x=s3cret.flv",
                "srt://h:10080?mode=s3cret",
                "srt://h:10080?streamid=%23!::r=live/cam%2Cm=s3cret",
                "srt://h:10080?streamid=#!::s3cret",
                "ftp://u:s3cret@h/live/cam",
            })
    void refusesOthersWithoutRepeatingSecrets(String url) {
        assertThatThrownBy(() -> ClientUrl.parse(url, NAMING))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("s3cret");
    }

    @Test
    void saysWhichPartIsWrong() {
        assertThatThrownBy(() -> ClientUrl.parse("ftp://h/live/cam", NAMING)).hasMessageContaining("scheme");
        assertThatThrownBy(() -> ClientUrl.parse("http://h/live/cam.mp4", NAMING))
                .hasMessageContaining("path");
    }
}
