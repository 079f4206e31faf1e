package io.millrace.worker.rtsp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.rtsp.codec.RtspHeaders;
import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientViewTest {

    private static final RtspRequest ASKED =
            new RtspRequest("DESCRIBE", "rtsps://worker:322/live/cam", RtspHeaders.NONE, "");

    private static RtspResponse answer(String name, String value) {
        return new RtspResponse(200, "OK", RtspHeaders.NONE.plus(name, value), "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Base | rtsp://10.0.0.1:8554/live/cam/ | rtsps://worker:322/live/cam/",
                "content-base | rtsp://10.0.0.1 | rtsps://worker:322",
                "Content-Location | RTSP://o/x?y=rtsp://z/ | rtsps://worker:322/x?y=rtsp://z/",
                "Content-Base | /live/cam/ | /live/cam/",
                "RTP-Info | url=rtsp://o/a/1;seq=1;rtptime=2,url=rtsp://o:1/a/2;seq=3 | url=rtsps://worker:322/a/1;seq=1;rtptime=2,url=rtsps://worker:322/a/2;seq=3",
                "RTP-Info | url=streamid=0;seq=1 | url=streamid=0;seq=1",
                "Location | rtsp://elsewhere/live/cam | rtsp://elsewhere/live/cam",
                "X-Own | rtsp://o/live | rtsp://o/live",
            })
    void leadsToWhereTheClientAsked(String name, String value, String seen) {
        assertThat(ClientView.of(answer(name, value), ASKED)).isEqualTo(answer(name, seen));
    }

    @Test
    void changesControlsInAnSdpAndItsLength() {
        String sdp = """
                v=0
                a=control:rtsp://o:8554/live/cam
                i=rtsp://o/
                m=video 0 RTP/AVP 96
                a=control:rtsp://o:8554/live/cam/trackID=0
                m=audio 0 RTP/AVP 0
                a=control:trackID=1
                """.replace("\n", "\r\n");
        RtspResponse answer =
                answer("Content-Type", "Application/SDP; charset=utf-8").withBody(sdp);
        String seen = sdp.replace("a=control:rtsp://o:8554/", "a=control:rtsps://worker:322/");
        assertThat(ClientView.of(answer, ASKED)).isEqualTo(answer.withBody(seen));
        assertThat(ClientView.of(answer, ASKED).headers().first("Content-Length"))
                .contains(Integer.toString(seen.length()));
    }

    @Test
    void leavesOtherBodiesAndAnswersToStarAlone() {
        RtspResponse text = answer("Content-Type", "text/parameters").withBody("a=control:rtsp://o/x\r\n");
        assertThat(ClientView.of(text, ASKED)).isEqualTo(text);
        RtspResponse base = answer("Content-Base", "rtsp://o/");
        assertThat(ClientView.of(base, new RtspRequest("OPTIONS", "*", RtspHeaders.NONE, "")))
                .isEqualTo(base);
    }
}
