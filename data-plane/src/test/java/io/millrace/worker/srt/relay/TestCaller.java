package io.millrace.worker.srt.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.srt.codec.ExtensionBlock;
import io.millrace.worker.srt.codec.Handshake;
import io.millrace.worker.srt.codec.SrtPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;

/** A client's UDP port; several SRT sockets may share it. */
final class TestCaller implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 5_000;

    private final DatagramSocket socket;
    private final InetSocketAddress worker;

    TestCaller(InetSocketAddress worker) throws IOException {
        this(worker, InetAddress.getLoopbackAddress());
    }

    TestCaller(InetSocketAddress worker, InetAddress from) throws IOException {
        this.worker = worker;
        this.socket = new DatagramSocket(0, from);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    static byte[] handshake(int type, int socketId, int sequence, int cookie, ExtensionBlock... extensions) {
        boolean induction = type == Handshake.INDUCTION;
        ByteBuf out = Unpooled.buffer();
        new Handshake(
                        induction ? 4 : 5,
                        0,
                        induction ? Handshake.UDT_DATAGRAM : 5,
                        sequence,
                        1_500,
                        8_192,
                        type,
                        socketId,
                        cookie,
                        InetAddress.getLoopbackAddress(),
                        List.of(extensions))
                .write(out, 2_000, 0);
        return ByteBufUtil.getBytes(out);
    }

    static byte[] conclusion(int socketId, int sequence, int cookie, String streamId) {
        return handshake(
                Handshake.CONCLUSION,
                socketId,
                sequence,
                cookie,
                new ExtensionBlock(ExtensionBlock.HSREQ, List.of(0x10501, 0xbf, 0x780078)),
                ExtensionBlock.ofStreamId(streamId));
    }

    static byte[] data(int destination, int number) {
        return ByteBufUtil.getBytes(Unpooled.buffer()
                .writeInt(number)
                .writeInt(0xe0000001)
                .writeInt(number * 1_000)
                .writeInt(destination)
                .writeBytes(new byte[1_316]));
    }

    static byte[] shutdown(int destination) {
        ByteBuf out = Unpooled.buffer();
        SrtPacket.writeShutdown(out, 9_000, destination);
        return ByteBufUtil.getBytes(out);
    }

    static boolean isShutdown(byte[] packet) {
        return SrtPacket.isControl(Unpooled.wrappedBuffer(packet), SrtPacket.SHUTDOWN);
    }

    void send(byte[] packet) throws IOException {
        socket.send(new DatagramPacket(packet, packet.length, worker));
    }

    byte[] receive() throws IOException {
        DatagramPacket datagram = new DatagramPacket(new byte[2_048], 2_048);
        socket.receive(datagram);
        return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(datagram.getData(), 0, datagram.getLength()));
    }

    Handshake receiveHandshake() throws IOException {
        return Handshake.peek(Unpooled.wrappedBuffer(receive()));
    }

    void hearsNothingFor(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            assertThat(receive()).as("nothing is to come").isNull();
        } catch (SocketTimeoutException expected) {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    /** Sends an induction and gives the cookie of its answer. */
    int induce(int socketId, int sequence) throws IOException {
        send(handshake(Handshake.INDUCTION, socketId, sequence, 0));
        Handshake answer = receiveHandshake();
        assertThat(answer.type()).isEqualTo(Handshake.INDUCTION);
        assertThat(answer.version()).isEqualTo(5);
        assertThat(answer.extensionField()).isEqualTo(Handshake.MAGIC);
        return answer.cookie();
    }

    /** Both steps, and the answer to the second. */
    Handshake call(int socketId, int sequence, String streamId) throws IOException {
        send(conclusion(socketId, sequence, induce(socketId, sequence), streamId));
        return receiveHandshake();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void close() {
        socket.close();
    }
}
