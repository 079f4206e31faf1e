package io.millrace.worker.srt.codec;

import io.netty.buffer.ByteBuf;

/**
 * The 16 bytes that every packet begins with (section 3). Everything here looks at a packet where it lies, from its reader index
 * on, and moves no index; the caller has made sure that the header is there.
 */
public final class SrtPacket {

    public static final int HEADER_SIZE = 16;

    /** Control types (section 3.2) that a gateway has to know; all others pass through it. */
    public static final int HANDSHAKE = 0;

    public static final int KEEPALIVE = 1;
    public static final int ACK = 2;
    public static final int SHUTDOWN = 5;

    /** The size of {@link #writeShutdown}'s packet. */
    public static final int SHUTDOWN_SIZE = HEADER_SIZE + 4;

    private static final int CONTROL = 0x8000;
    private static final int TYPE_MASK = 0x7fff;
    private static final int SUBTYPE = 2;
    private static final int TIMESTAMP = 8;
    private static final int DESTINATION = 12;

    private SrtPacket() {}

    public static boolean isLongEnough(ByteBuf packet) {
        return packet.readableBytes() >= HEADER_SIZE;
    }

    public static boolean isControl(ByteBuf packet) {
        return (packet.getUnsignedShort(packet.readerIndex()) & CONTROL) != 0;
    }

    public static boolean isControl(ByteBuf packet, int type) {
        return packet.getUnsignedShort(packet.readerIndex()) == (CONTROL | type);
    }

    /** Of a control packet. */
    public static int type(ByteBuf packet) {
        return packet.getUnsignedShort(packet.readerIndex()) & TYPE_MASK;
    }

    /** Of a control packet. */
    public static int subtype(ByteBuf packet) {
        return packet.getUnsignedShort(packet.readerIndex() + SUBTYPE);
    }

    /** Microseconds since the sender's socket began; wraps around. */
    public static int timestamp(ByteBuf packet) {
        return packet.getInt(packet.readerIndex() + TIMESTAMP);
    }

    /** The socket that the packet is for; 0 in the first packets of a caller. */
    public static int destination(ByteBuf packet) {
        return packet.getInt(packet.readerIndex() + DESTINATION);
    }

    public static void putTimestamp(ByteBuf packet, int timestamp) {
        packet.setInt(packet.readerIndex() + TIMESTAMP, timestamp);
    }

    public static void putDestination(ByteBuf packet, int destination) {
        packet.setInt(packet.readerIndex() + DESTINATION, destination);
    }

    /** The header of a control packet without a subtype. */
    public static void writeControlHeader(ByteBuf out, int type, int timestamp, int destination) {
        out.writeShort(CONTROL | type)
                .writeShort(0)
                .writeInt(0)
                .writeInt(timestamp)
                .writeInt(destination);
    }

    /** The packet that ends a connection (section 3.2.7); libsrt fills it up with one word, and so does this. */
    public static void writeShutdown(ByteBuf out, int timestamp, int destination) {
        writeControlHeader(out, SHUTDOWN, timestamp, destination);
        out.writeInt(0);
    }
}
