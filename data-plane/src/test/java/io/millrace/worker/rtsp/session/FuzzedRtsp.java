package io.millrace.worker.rtsp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.StreamNaming;
import io.millrace.worker.rtsp.codec.RtspFormatException;
import io.millrace.worker.rtsp.codec.RtspHeaders;
import io.millrace.worker.rtsp.codec.RtspMessage;
import io.millrace.worker.rtsp.codec.RtspReader;
import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspResponse;
import io.millrace.worker.rtsp.codec.RtspUrl;
import io.millrace.worker.rtsp.codec.RtspWriter;
import io.millrace.worker.rtsp.codec.TransportSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The parsers of RTSP, each with what it takes and with what must hold whatever comes. */
enum FuzzedRtsp {
    /** However a connection's bytes are cut, the same is read of them, and what is read can be written and read again. */
    CONNECTION {
        @Override
        List<String> valid() {
            return List.of(
                    "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\nDESCRIBE rtsp://h/live/cam RTSP/1.0\r\nCSeq: 2\r\n\r\n",
                    """
                    ANNOUNCE rtsp://h/live/cam RTSP/1.0
                    CSeq: 1
                    Content-Type: application/sdp
                    Content-Length: 12

                    v=0
                    m=video
                    """.replace("\n", "\r\n"),
                    "$\0\0\5abcde$\1\0\0$\0\1\0" + "x".repeat(256)
                            + "RTSP/1.0 200 OK\r\nCSeq: 3\r\nSession: a;timeout=60\r\n\r\n$\0\0\1y",
                    "RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm=\"r\",\r\n nonce=\"n\"\r\n\r\n");
        }

        @Override
        void feed(String text, Random random) {
            List<Object> whole = new ArrayList<>();
            boolean wholeIsWellFormed = read(List.of(text), whole);
            List<Object> cut = new ArrayList<>();
            boolean cutIsWellFormed = read(pieces(text, random), cut);
            assertThat(cut).isEqualTo(whole);
            assertThat(cutIsWellFormed).isEqualTo(wholeIsWellFormed);
            for (Object read : whole) {
                if (read instanceof RtspMessage message) {
                    ByteBuf out = Unpooled.buffer();
                    RtspWriter.write(out, message);
                    List<Object> again = new ArrayList<>();
                    assertThat(read(List.of(out.toString(StandardCharsets.ISO_8859_1)), again))
                            .isTrue();
                    assertThat(again).containsExactly(message);
                }
            }
            if (!wholeIsWellFormed) {
                throw new RtspFormatException("as it should");
            }
        }
    },
    TRANSPORT {
        @Override
        List<String> valid() {
            return List.of(
                    "RTP/AVP/UDP;unicast;client_port=5000-5001,RTP/AVP/TCP;unicast;interleaved=0-1;mode=record",
                    "RTP/AVP;unicast;destination=10.0.0.1;source=10.0.0.2;client_port=5000-5001;server_port=6000-6001;ssrc=0A");
        }

        @Override
        void feed(String text, Random random) {
            List<TransportSpec> specs = TransportSpec.parse(text);
            assertThat(TransportSpec.parse(TransportSpec.write(specs))).isEqualTo(specs);
            for (TransportSpec spec : specs) {
                TransportSpec changed = spec.with(TransportSpec.CLIENT_PORT, "2-3");
                assertThat(changed.ports(TransportSpec.CLIENT_PORT)).contains(new TransportSpec.Ports(2, 3));
                assertThat(changed.without(TransportSpec.CLIENT_PORT).ports(TransportSpec.CLIENT_PORT))
                        .isEmpty();
                assertThat(spec.isTcp() && spec.isMulticast() && spec.isRecord())
                        .isIn(true, false);
            }
        }
    },
    STREAM {
        @Override
        List<String> valid() {
            return List.of(
                    "rtsp://media.example.com:8554/live/cam/trackID=1?vhost=x&token=y",
                    "rtsps://u:p@[::1]/a/b/my%20cam?x=y/streamid=0",
                    "rtsp://h/live/cam/track1");
        }

        @Override
        void feed(String text, Random random) {
            for (String method : List.of("SETUP", "DESCRIBE")) {
                RtspRequest request = new RtspRequest(method, text, RtspHeaders.NONE, "");
                try {
                    StreamRequest named =
                            StreamRequest.of(request, Intent.PLAY, new StreamNaming(List.of("media.example.com")));
                    assertThat(named.isContradictedBy(request)).isFalse();
                    assertThat(RtspUrl.parse(text)).isPresent();
                } catch (IllegalArgumentException namesNoStream) {
                    throw new RtspFormatException(String.valueOf(namesNoStream.getMessage()));
                }
            }
        }
    },
    ANSWER {
        @Override
        List<String> valid() {
            return List.of(
                    "v=0\r\na=control:rtsp://10.0.0.1:8554/live/cam\r\nm=video 0 RTP/AVP 96\r\na=control:streamid=0\r\n",
                    "url=rtsp://10.0.0.1/live/cam/streamid=0;seq=1;rtptime=2,url=rtsp://o/x;seq=9",
                    "abcdef;timeout=60");
        }

        @Override
        void feed(String text, Random random) {
            RtspHeaders headers = RtspHeaders.NONE
                    .plus("Content-Type", "application/sdp")
                    .plus("Content-Base", text)
                    .plus("RTP-Info", text);
            RtspResponse answer = new RtspResponse(200, "OK", headers, "").withBody(text);
            RtspResponse seen =
                    ClientView.of(answer, new RtspRequest("PLAY", "rtsp://w/live/cam", RtspHeaders.NONE, ""));
            assertThat(seen.headers().first("Content-Length"))
                    .contains(Integer.toString(seen.body().length()));
            assertThat(seen.body()).doesNotContainPattern("(?m)^a=control:rtsp://10\\.0\\.0\\.1:8554/");
            if (RtspSessionId.parse(text).timeout().isEmpty() && seen.equals(answer)) {
                throw new RtspFormatException("nothing to change");
            }
        }
    };

    abstract List<String> valid();

    /** @throws RtspFormatException when it is none of its kind */
    abstract void feed(String text, Random random);

    private static List<String> pieces(String text, Random random) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int length = Math.min(text.length() - at, 1 + random.nextInt(random.nextInt(4) == 0 ? 200 : 5));
            pieces.add(text.substring(at, at + length));
            at += length;
        }
        return pieces;
    }

    /** @return whether all of it was well-formed */
    private static boolean read(List<String> pieces, List<Object> into) {
        RtspReader reader = new RtspReader();
        List<ByteBuf> fed = new ArrayList<>();
        boolean wellFormed = true;
        try {
            for (String piece : pieces) {
                ByteBuf bytes = Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1);
                fed.add(bytes);
                reader.feed(bytes);
                for (Optional<RtspReader.Input> input = reader.next(); input.isPresent(); input = reader.next()) {
                    add(input.get(), into);
                }
            }
        } catch (RtspFormatException malformed) {
            wellFormed = false;
        }
        reader.release();
        assertThat(fed).allSatisfy(bytes -> assertThat(bytes.refCnt()).isZero());
        return wellFormed;
    }

    private static void add(RtspReader.Input input, List<Object> into) {
        switch (input) {
            case RtspReader.Input.Message(RtspMessage message) -> into.add(message);
            case RtspReader.Input.Frames(ByteBuf frames) -> {
                String text = frames.toString(StandardCharsets.ISO_8859_1);
                frames.release();
                boolean joins = !into.isEmpty() && into.getLast() instanceof String;
                into.add(joins ? into.removeLast() + text : text);
            }
        }
    }
}
