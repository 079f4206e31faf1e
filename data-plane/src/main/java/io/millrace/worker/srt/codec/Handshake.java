package io.millrace.worker.srt.codec;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What caller and listener say before they are connected (section 3.2.1).
 *
 * @param version 4 in a caller's first packet, 5 afterwards where both sides know it
 * @param encryption the length of the key in units of 8 bytes; 0 when it does not matter
 * @param extensionField in a conclusion which kinds of extensions follow; {@link #MAGIC} in the answer to an induction
 * @param type {@link #INDUCTION}, {@link #CONCLUSION}, a rejection from {@link #FAILURES} on
 * @param socketId of the sender
 * @param peer the address that the sender sees at the other side
 * @param extensions of a conclusion in version 5
 */
public record Handshake(
        int version,
        int encryption,
        int extensionField,
        int initialSequence,
        int mtu,
        int flowWindow,
        int type,
        int socketId,
        int cookie,
        InetAddress peer,
        List<ExtensionBlock> extensions) {

    public static final int INDUCTION = 1;
    public static final int CONCLUSION = -1;
    /** A rejection is this and its code. */
    public static final int FAILURES = 1_000;

    public static final int VERSION_4 = 4;
    public static final int VERSION_5 = 5;

    /** In the extension field of a caller's first packet, from UDT: datagrams. */
    public static final int UDT_DATAGRAM = 2;
    /** In the extension field of the answer to it: the listener supports version 5. */
    public static final int MAGIC = 0x4a17;

    /** Of a packet without extensions. */
    public static final int SIZE = 64;

    private static final int VERSION_AT = 16;
    private static final int SOCKET_ID_AT = 40;
    private static final int COOKIE_AT = 44;
    private static final int PEER_AT = 48;
    private static final int PEER_SIZE = 16;

    public Handshake {
        extensions = List.copyOf(extensions);
    }

    /**
     * Reads a whole packet and moves no index.
     *
     * @throws SrtFormatException when it is none
     */
    public static Handshake peek(ByteBuf packet) {
        if (packet.readableBytes() < SIZE || !SrtPacket.isControl(packet, SrtPacket.HANDSHAKE)) {
            throw new SrtFormatException("no handshake");
        }
        ByteBuf in = packet.slice(packet.readerIndex() + VERSION_AT, packet.readableBytes() - VERSION_AT);
        int version = in.readInt();
        int encryption = in.readUnsignedShort();
        int extensionField = in.readUnsignedShort();
        int initialSequence = in.readInt();
        int mtu = in.readInt();
        int flowWindow = in.readInt();
        int type = in.readInt();
        int socketId = in.readInt();
        int cookie = in.readInt();
        InetAddress peer = readPeer(in);
        boolean extended = version == VERSION_5 && type == CONCLUSION && extensionField != 0;
        List<ExtensionBlock> extensions = extended ? readExtensions(in) : List.of();
        return new Handshake(
                version,
                encryption,
                extensionField,
                initialSequence,
                mtu,
                flowWindow,
                type,
                socketId,
                cookie,
                peer,
                extensions);
    }

    private static List<ExtensionBlock> readExtensions(ByteBuf in) {
        List<ExtensionBlock> blocks = new ArrayList<>(4);
        while (in.isReadable()) {
            if (in.readableBytes() < 4) {
                throw new SrtFormatException("a handshake that ends within the head of an extension");
            }
            int type = in.readUnsignedShort();
            int length = in.readUnsignedShort();
            if (in.readableBytes() < length * 4) {
                throw new SrtFormatException("a handshake that ends within extension " + type);
            }
            List<Integer> words = new ArrayList<>(length);
            for (int i = 0; i < length; i++) {
                words.add(in.readInt());
            }
            blocks.add(new ExtensionBlock(type, words));
        }
        return blocks;
    }

    /** Within each word of the address the bytes stand in reverse; IPv4 is one word, and three of zeros. */
    private static InetAddress readPeer(ByteBuf in) {
        byte[] bytes = new byte[PEER_SIZE];
        int others = 0;
        for (int at = 0; at < PEER_SIZE; at += 4) {
            int word = in.readIntLE();
            others |= at == 0 ? 0 : word;
            bytes[at] = (byte) (word >>> 24);
            bytes[at + 1] = (byte) (word >>> 16);
            bytes[at + 2] = (byte) (word >>> 8);
            bytes[at + 3] = (byte) word;
        }
        try {
            return InetAddress.getByAddress(others == 0 ? java.util.Arrays.copyOf(bytes, 4) : bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }

    private static void putPeer(ByteBuf packet, int at, InetAddress peer) {
        byte[] bytes = peer.getAddress();
        packet.setZero(at, PEER_SIZE);
        for (int i = 0; i < bytes.length; i++) {
            packet.setByte(at + (i & ~3) + 3 - (i & 3), bytes[i]);
        }
    }

    /** Writes the whole packet. */
    public void write(ByteBuf out, int timestamp, int destination) {
        SrtPacket.writeControlHeader(out, SrtPacket.HANDSHAKE, timestamp, destination);
        out.writeInt(version)
                .writeShort(encryption)
                .writeShort(extensionField)
                .writeInt(initialSequence)
                .writeInt(mtu)
                .writeInt(flowWindow)
                .writeInt(type)
                .writeInt(socketId)
                .writeInt(cookie)
                .writeZero(PEER_SIZE);
        putPeer(out, out.writerIndex() - PEER_SIZE, peer);
        for (ExtensionBlock block : extensions) {
            out.writeShort(block.type()).writeShort(block.words().size());
            block.words().forEach(out::writeInt);
        }
    }

    /** Changes a packet where it lies; likewise the other two. */
    public static void putCookie(ByteBuf packet, int cookie) {
        packet.setInt(packet.readerIndex() + COOKIE_AT, cookie);
    }

    public static void putSocketId(ByteBuf packet, int socketId) {
        packet.setInt(packet.readerIndex() + SOCKET_ID_AT, socketId);
    }

    public static void putPeer(ByteBuf packet, InetAddress peer) {
        putPeer(packet, packet.readerIndex() + PEER_AT, peer);
    }

    /** What is left to remember of one that is read. */
    public Handshake withoutExtensions() {
        return new Handshake(
                version,
                encryption,
                extensionField,
                initialSequence,
                mtu,
                flowWindow,
                type,
                socketId,
                cookie,
                peer,
                List.of());
    }

    public boolean isRejection() {
        return type >= FAILURES;
    }

    /** Of a rejection. */
    public int rejectionCode() {
        return type - FAILURES;
    }

    /**
     * The stream id, if the caller sent one.
     *
     * @throws SrtFormatException when it sent several, or one that is no text: the origin might read another than we do
     */
    public Optional<String> streamId() {
        List<ExtensionBlock> ids = extensions.stream()
                .filter(block -> block.type() == ExtensionBlock.SID)
                .toList();
        if (ids.size() > 1) {
            throw new SrtFormatException("several stream ids");
        }
        return ids.stream().findFirst().map(ExtensionBlock::text);
    }
}
