package io.millrace.worker.srt.relay;

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
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A listener for SRT that shakes hands and remembers what it is sent. */
final class FakeOrigin implements AutoCloseable {

    static final int COOKIE = 0x600d1dea;

    private final DatagramSocket socket;
    /** Conclusions, as they came. */
    final List<byte[]> conclusions = new CopyOnWriteArrayList<>();

    final List<SocketAddress> callers = new CopyOnWriteArrayList<>();
    /** All but handshakes. */
    final BlockingQueue<byte[]> packets = new LinkedBlockingQueue<>();

    private final int socketId;
    private volatile int answerType = Handshake.CONCLUSION;
    private volatile boolean silent;
    private volatile CompletableFuture<Void> awake = CompletableFuture.completedFuture(null);
    final AtomicInteger inductions = new AtomicInteger();
    private volatile int conclusionsToIgnore;

    FakeOrigin(int socketId) throws IOException {
        this.socketId = socketId;
        this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::listen);
    }

    int port() {
        return socket.getLocalPort();
    }

    void answerWith(int type) {
        answerType = type;
    }

    void fallSilent() {
        silent = true;
    }

    /** What it was sent meanwhile waits for it, as for a process that stood still. */
    void freeze() {
        awake = new CompletableFuture<>();
    }

    void thaw() {
        awake.complete(null);
    }

    void ignoreConclusions(int count) {
        conclusionsToIgnore = count;
    }

    private void listen() {
        byte[] bytes = new byte[2_048];
        while (!socket.isClosed()) {
            try {
                DatagramPacket datagram = new DatagramPacket(bytes, bytes.length);
                socket.receive(datagram);
                awake.join();
                if (!silent) {
                    receive(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(bytes, 0, datagram.getLength())), datagram);
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void receive(byte[] packet, DatagramPacket from) throws IOException {
        ByteBuf in = Unpooled.wrappedBuffer(packet);
        if (!SrtPacket.isControl(in, SrtPacket.HANDSHAKE)) {
            packets.add(packet);
            return;
        }
        Handshake said = Handshake.peek(in);
        if (said.type() == Handshake.INDUCTION) {
            inductions.incrementAndGet();
            answer(said, Handshake.MAGIC, Handshake.INDUCTION, said.socketId(), List.of(), from);
            return;
        }
        conclusions.add(packet);
        callers.add(from.getSocketAddress());
        if (said.cookie() != COOKIE || conclusions.size() <= conclusionsToIgnore) {
            return;
        }
        ExtensionBlock agreed = new ExtensionBlock(ExtensionBlock.HSRSP, List.of(0x10501, 0xbf, 0x780078));
        answer(said, 1, answerType, socketId, List.of(agreed), from);
    }

    private void answer(
            Handshake said, int extensionField, int type, int ownId, List<ExtensionBlock> extensions, DatagramPacket to)
            throws IOException {
        ByteBuf out = Unpooled.buffer();
        new Handshake(
                        Handshake.VERSION_5,
                        0,
                        extensionField,
                        said.initialSequence(),
                        said.mtu(),
                        said.flowWindow(),
                        type,
                        ownId,
                        COOKIE,
                        to.getAddress(),
                        extensions)
                .write(out, 1_000, said.socketId());
        send(ByteBufUtil.getBytes(out), to.getSocketAddress());
    }

    void send(byte[] packet, SocketAddress to) throws IOException {
        socket.send(new DatagramPacket(packet, packet.length, to));
    }

    @Override
    public void close() {
        thaw();
        socket.close();
    }
}
