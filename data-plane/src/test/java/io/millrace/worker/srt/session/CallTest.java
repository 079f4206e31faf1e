package io.millrace.worker.srt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.StreamNaming;
import io.millrace.worker.admin.sessions.Credentials;
import io.millrace.worker.srt.codec.ExtensionBlock;
import io.millrace.worker.srt.codec.Handshake;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallTest {

    private final StreamNaming naming = new StreamNaming(List.of("media.example.com"));

    private static Handshake conclusion(int version, ExtensionBlock... extensions) {
        return new Handshake(
                version,
                0,
                5,
                1,
                1_500,
                8_192,
                Handshake.CONCLUSION,
                7,
                9,
                InetAddress.getLoopbackAddress(),
                List.of(extensions));
    }

    private Call call(String streamId) {
        return Call.of(conclusion(5, ExtensionBlock.ofStreamId(streamId)), naming);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "#!::h=media.example.com,r=live/cam,m=publish | media.example.com/live/cam | PUBLISH | ''",
                "#!::h=other.example.com,r=live/cam,m=publish,expires=7,signature=0a | __defaultVhost__/live/cam | PUBLISH | expires=7&signature=0a",
                "#!::h=10.0.0.1,r=live/cam?token=a.b.c | __defaultVhost__/live/cam | PLAY | token=a.b.c",
                "#!::r=live/cam?vhost=x | x/live/cam | PLAY | vhost=x",
                "#!::h=media.example.com/live/cam,token=a.b.c | media.example.com/live/cam | PLAY | token=a.b.c",
                "cam | __defaultVhost__/live/cam | PLAY | ''",
            })
    void asksForAStream(String streamId, String key, Intent intent, String query) {
        assertThat(call(streamId))
                .isEqualTo(new Call.ForStream(StreamKey.parse(key), intent, Credentials.ofQuery(query)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "#!::r=live/ | BAD_REQUEST",
                "#!::r=live/cam#x | BAD_REQUEST",
                "#!::m=publish | BAD_REQUEST",
                "#!::r=live/cam,m=bidirectional | BAD_MODE",
            })
    void isRefusedWithACode(String streamId, Rejection why) {
        assertThat(call(streamId))
                .isInstanceOfSatisfying(
                        Call.Refused.class, refused -> assertThat(refused.why()).isEqualTo(why));
    }

    @Test
    void isRefusedWithoutAStreamId() {
        assertThat(Call.of(conclusion(5), naming)).isEqualTo(new Call.Refused(Rejection.BAD_REQUEST, "no stream id"));
        assertThat(Call.of(conclusion(4), naming))
                .isInstanceOfSatisfying(
                        Call.Refused.class, refused -> assertThat(refused.why()).isEqualTo(Rejection.VERSION));
    }

    @Test
    void codesAreThoseOfLibsrt() {
        assertThat(Rejection.BAD_REQUEST.handshakeType()).isEqualTo(2_400);
        assertThat(Rejection.VERSION.handshakeType()).isEqualTo(1_008);
    }
}
