package io.millrace.worker.srt.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandshakeTest {

    @ParameterizedTest
    @EnumSource
    void readsWhatPeersWrite(HandshakeCase each) {
        ByteBuf packet = each.packet();

        assertThat(Handshake.peek(packet)).isEqualTo(each.value());
        assertThat(SrtPacket.timestamp(packet)).isEqualTo(each.timestamp());
        assertThat(SrtPacket.destination(packet)).isEqualTo(each.destination());
        assertThat(packet.readerIndex()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void writesWhatPeersRead(HandshakeCase each) {
        ByteBuf out = Unpooled.buffer();
        each.value().write(out, each.timestamp(), each.destination());

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(each.hex());
    }

    @ParameterizedTest
    @EnumSource
    void looksAtAPacketWhereverItLies(HandshakeCase each) {
        ByteBuf packet = Unpooled.buffer().writeZero(7).writeBytes(each.packet());
        packet.readerIndex(7);

        assertThat(Handshake.peek(packet)).isEqualTo(each.value());
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsCutAnywhereButBetweenExtensions(HandshakeCase each) {
        ByteBuf packet = each.packet();
        int whole = packet.readableBytes();
        int accepted = 0;
        for (int length = 0; length < whole; length++) {
            try {
                Handshake.peek(packet.slice(0, length));
                accepted++;
            } catch (SrtFormatException expected) {
                assertThat(expected).hasMessageMatching("no handshake|a handshake that ends within .*");
            }
        }
        assertThat(accepted).isEqualTo(each.value().extensions().size());
    }

    @Test
    void readsTheStreamId() {
        assertThat(HandshakeCase.CONCLUSION_OF_LIBSRT.value().streamId()).hasValue("live/cam");
        assertThat(HandshakeCase.ENCRYPTED_CONCLUSION_OF_LIBSRT.value().streamId())
                .hasValue("#!::r=live/cam,m=publish");
        assertThat(HandshakeCase.INDUCTION_OF_LIBSRT.value().streamId()).isEmpty();
    }

    @Test
    void readsStreamIdsOfEveryLengthAndLetter() {
        for (String text : List.of("a", "ab", "abc", "abcd", "abcde", "k\u00e4m/\u7535", "x".repeat(512))) {
            assertThat(ExtensionBlock.ofStreamId(text).text()).isEqualTo(text);
        }
    }

    @Test
    void refusesStreamIdsThatAreTooLongOrNoText() {
        ExtensionBlock tooLong = new ExtensionBlock(ExtensionBlock.SID, java.util.Collections.nCopies(129, 0x61616161));
        ExtensionBlock noText = new ExtensionBlock(ExtensionBlock.SID, List.of(0xfffefdfc));

        assertThatThrownBy(tooLong::text).isInstanceOf(SrtFormatException.class);
        assertThatThrownBy(noText::text).isInstanceOf(SrtFormatException.class);
        assertThatThrownBy(() -> ExtensionBlock.ofStreamId("x".repeat(513)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesTwoStreamIds() {
        ByteBuf packet = Unpooled.buffer().writeBytes(HandshakeCase.CONCLUSION_OF_LIBSRT.packet());
        packet.writeShort(ExtensionBlock.SID).writeShort(1).writeInt(0x61616161);

        assertThatThrownBy(() -> Handshake.peek(packet).streamId())
                .isInstanceOf(SrtFormatException.class)
                .hasMessage("several stream ids");
    }

    @Test
    void changesOnlyWhatItIsToldTo() {
        ByteBuf packet = HandshakeCase.ENCRYPTED_CONCLUSION_OF_LIBSRT.packet();
        Handshake.putCookie(packet, 0x55667788);
        Handshake.putSocketId(packet, 0x99);
        Handshake.putPeer(packet, InetAddress.getLoopbackAddress());

        Handshake changed = Handshake.peek(packet);
        assertThat(changed.cookie()).isEqualTo(0x55667788);
        assertThat(changed.socketId()).isEqualTo(0x99);
        assertThat(changed.peer()).isEqualTo(InetAddress.getLoopbackAddress());

        Handshake.putCookie(packet, 0x12345678);
        Handshake.putSocketId(packet, 0x2cf1c47a);
        assertThat(ByteBufUtil.hexDump(packet)).isEqualTo(HandshakeCase.ENCRYPTED_CONCLUSION_OF_LIBSRT.hex());
    }

    @Test
    void saysGoodbyeAsLibsrtDoes() {
        ByteBuf packet = Unpooled.buffer();
        SrtPacket.writeShutdown(packet, 5, 6);

        assertThat(ByteBufUtil.hexDump(packet)).isEqualTo("8005000000000000000000050000000600000000");
        assertThat(SrtPacket.isControl(packet, SrtPacket.SHUTDOWN)).isTrue();
        assertThat(SrtPacket.isControl(packet)).isTrue();
        assertThat(SrtPacket.type(packet)).isEqualTo(SrtPacket.SHUTDOWN);
        assertThat(SrtPacket.subtype(packet)).isZero();
    }
}
