package io.millrace.worker.rtsp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.model.Intent;
import io.millrace.model.StreamNaming;
import io.millrace.worker.rtsp.codec.RtspHeaders;
import io.millrace.worker.rtsp.codec.RtspRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamRequestTest {

    private static final StreamNaming NAMING = new StreamNaming(List.of("media.example.com"));

    private static RtspRequest request(String method, String uri) {
        return new RtspRequest(method, uri, RtspHeaders.NONE.plus("CSeq", "1"), "");
    }

    private static StreamRequest named(String method, String uri) {
        RtspRequest request = request(method, uri);
        return StreamRequest.of(request, StreamRequest.intentOf(request).orElseThrow(), NAMING);
    }

    @ParameterizedTest
    @CsvSource({
        "DESCRIBE, rtsp://10.0.0.1/live/cam, __defaultVhost__/live/cam",
        "DESCRIBE, rtsp://10.0.0.1:8554/live/cam/, __defaultVhost__/live/cam",
        "DESCRIBE, RTSP://MEDIA.example.com:8554/live/cam, media.example.com/live/cam",
        "DESCRIBE, rtsps://media.example.com/live/cam, media.example.com/live/cam",
        "DESCRIBE, rtsp://u:p@media.example.com/live/cam, media.example.com/live/cam",
        "DESCRIBE, rtsp://[::1]:554/live/cam?token=a, __defaultVhost__/live/cam",
        "DESCRIBE, rtsp://h/live/cam?vhost=x&token=a, x/live/cam",
        "DESCRIBE, rtsp://h/live/cam.1, __defaultVhost__/live/cam.1",
        "DESCRIBE, rtsp://h/live/cam.sdp, __defaultVhost__/live/cam.sdp",
        "DESCRIBE, rtsp://h/a/b/cam, __defaultVhost__/a/b/cam",
        "DESCRIBE, rtsp://h/live/my%20cam, __defaultVhost__/live/my cam",
        "DESCRIBE, rtsp://h/live/track1, __defaultVhost__/live/track1",
        "ANNOUNCE, rtsp://h/live/cam/trackID=1, __defaultVhost__/live/cam/trackID=1",
        "SETUP, rtsp://h/live/cam/trackID=1, __defaultVhost__/live/cam",
        "SETUP, rtsp://h/live/cam/streamid=0, __defaultVhost__/live/cam",
        "SETUP, rtsp://h/live/cam/stream=0, __defaultVhost__/live/cam",
        "SETUP, rtsp://h/live/cam/track2, __defaultVhost__/live/cam",
        "SETUP, rtsp://h/live/track2, __defaultVhost__/live/track2",
        "SETUP, rtsp://h/live/cam?vhost=x/trackID=1, x/live/cam",
        "SETUP, rtsp://h/live/cam/trackID=1?vhost=x, x/live/cam",
        "SETUP, rtsp://h/live/cam, __defaultVhost__/live/cam",
    })
    void namesTheStreamAsOtherProtocolsDo(String method, String uri, String key) {
        assertThat(named(method, uri).key()).hasToString(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "/live/cam",
                "http://h/live/cam",
                "rtsp://h",
                "rtsp://h/cam",
                "rtsp:///live/cam",
                "rtsp://h/live/%01"
            })
    void refusesWhatNamesNone(String uri) {
        assertThatIllegalArgumentException().isThrownBy(() -> named("DESCRIBE", uri));
    }

    @Test
    void knowsWhatTheClientWants() {
        assertThat(StreamRequest.intentOf(request("DESCRIBE", "*"))).contains(Intent.PLAY);
        assertThat(StreamRequest.intentOf(request("ANNOUNCE", "*"))).contains(Intent.PUBLISH);
        assertThat(StreamRequest.intentOf(request("SETUP", "*"))).contains(Intent.PLAY);
        RtspRequest record = request("SETUP", "*")
                .withHeaders(RtspHeaders.NONE.plus("Transport", "RTP/AVP/TCP;interleaved=0-1;mode=record"));
        assertThat(StreamRequest.intentOf(record)).contains(Intent.PUBLISH);
        assertThat(StreamRequest.intentOf(request("PLAY", "*"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DESCRIBE, rtsp://h/live/cam, false",
        "DESCRIBE, rtsp://other/live/cam?token=2, false",
        "DESCRIBE, rtsp://h/live/cam2, true",
        "DESCRIBE, rtsp://h/live/cam?vhost=x, true",
        "DESCRIBE, *, true",
        "ANNOUNCE, rtsp://h/live/cam, true",
        "SETUP, rtsp://h/whatever/the/origin/calls/it, false",
        "PLAY, *, false",
    })
    void noticesWhatIsForAnotherStream(String method, String uri, boolean contradicts) {
        StreamRequest first = named("DESCRIBE", "rtsp://h/live/cam?token=1");
        assertThat(first.isContradictedBy(request(method, uri))).isEqualTo(contradicts);
    }
}
