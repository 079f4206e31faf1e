package io.millrace.worker.srt.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.worker.srt.codec.Handshake;
import io.millrace.worker.srt.codec.HandshakeCase;
import io.millrace.worker.srt.codec.SrtFormatException;
import io.millrace.worker.srt.codec.SrtPacket;
import io.millrace.worker.srt.session.OriginHandshake.Received;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginHandshakeTest {

    private static final HandshakeCase CALL = HandshakeCase.ENCRYPTED_CONCLUSION_OF_LIBSRT;
    private static final int COOKIE = 0x0badcafe;
    private static final long BEGAN = 1_000_000;

    private final OriginHandshake handshake = new OriginHandshake(
            CALL.value(), KeptPacket.borrow(CALL.packet(), BEGAN), InetAddress.getLoopbackAddress());

    private ByteBuf said(long afterMicros) {
        ByteBuf packet = handshake.toSend(UnpooledByteBufAllocator.DEFAULT, BEGAN + afterMicros * 1_000);
        try {
            return Unpooled.copiedBuffer(packet);
        } finally {
            packet.release();
        }
    }

    private static ByteBuf answer(int version, int extensionField, int type, int socketId, int destination) {
        ByteBuf packet = Unpooled.buffer();
        new Handshake(
                        version,
                        0,
                        extensionField,
                        1,
                        1_500,
                        8_192,
                        type,
                        socketId,
                        COOKIE,
                        InetAddress.getLoopbackAddress(),
                        List.of())
                .write(packet, 0, destination);
        return packet;
    }

    private ByteBuf inducted() {
        return answer(5, Handshake.MAGIC, Handshake.INDUCTION, 1, CALL.value().socketId());
    }

    @Test
    void beginsInTheCallersName() {
        Handshake induction = Handshake.peek(said(0));

        assertThat(induction.version()).isEqualTo(4);
        assertThat(induction.extensionField()).isEqualTo(Handshake.UDT_DATAGRAM);
        assertThat(induction.type()).isEqualTo(Handshake.INDUCTION);
        assertThat(induction.socketId()).isEqualTo(CALL.value().socketId());
        assertThat(induction.initialSequence()).isEqualTo(CALL.value().initialSequence());
        assertThat(induction.cookie()).isZero();
        assertThat(SrtPacket.destination(said(0))).isZero();
    }

    @Test
    void repeatsTheConclusionWithTheOriginsCookieAndTheTimeOfNow() {
        assertThat(handshake.receive(inducted())).isEqualTo(Received.GO_ON);

        ByteBuf said = said(300_000);
        assertThat(Handshake.peek(said).cookie()).isEqualTo(COOKIE);
        assertThat(SrtPacket.timestamp(said)).isEqualTo(CALL.timestamp() + 300_000);

        Handshake.putCookie(said, CALL.value().cookie());
        SrtPacket.putTimestamp(said, CALL.timestamp());
        assertThat(ByteBufUtil.hexDump(said)).as("everything else").isEqualTo(CALL.hex());
    }

    @Test
    void isOverWithTheAnswer() {
        handshake.receive(inducted());
        ByteBuf accepted = answer(5, 5, Handshake.CONCLUSION, 77, CALL.value().socketId());

        assertThat(handshake.receive(accepted)).isEqualTo(Received.ACCEPTED);
        assertThat(handshake.receive(accepted)).isEqualTo(Received.NOTHING);
    }

    @Test
    void mayBeRejectedAtAnyTime() {
        assertThat(handshake.receive(answer(5, 0, 2_404, 0, CALL.value().socketId())))
                .isEqualTo(Received.REJECTED);
    }

    @Test
    void ignoresWhatComesTooEarlyOrIsForSomebodyElse() {
        assertThat(handshake.receive(
                        answer(5, 5, Handshake.CONCLUSION, 77, CALL.value().socketId())))
                .isEqualTo(Received.NOTHING);
        assertThat(handshake.receive(answer(5, Handshake.MAGIC, Handshake.INDUCTION, 1, 4)))
                .isEqualTo(Received.NOTHING);
        assertThat(handshake.receive(Unpooled.buffer().writeZero(16))).isEqualTo(Received.NOTHING);
        handshake.receive(inducted());
        assertThat(handshake.receive(inducted())).isEqualTo(Received.NOTHING);
        assertThat(handshake.stage()).isEqualTo(OriginHandshake.Stage.CONCLUSION);
    }

    @Test
    void failsWhereNoSrtOfThisVersionIsSpoken() {
        assertThatThrownBy(() -> handshake.receive(
                        answer(4, 2, Handshake.INDUCTION, 1, CALL.value().socketId())))
                .isInstanceOf(SrtFormatException.class)
                .hasMessageContaining("version 5");
        assertThatThrownBy(() -> handshake.receive(Unpooled.buffer().writeZero(15)))
                .isInstanceOf(SrtFormatException.class);
    }
}
