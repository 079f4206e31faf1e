package io.millrace.worker.webrtc.codec;

import io.netty.buffer.ByteBuf;

/** What a datagram carries, by its first byte (RFC 7983, section 7). */
public enum PacketKind {
    STUN,
    DTLS,
    /** RTP and RTCP, both encrypted. */
    MEDIA,
    /** Nothing that a WebRTC client sends. */
    OTHER;

    private static final int LAST_STUN = 3;
    private static final int FIRST_DTLS = 20;
    private static final int LAST_DTLS = 63;
    private static final int FIRST_MEDIA = 128;
    private static final int LAST_MEDIA = 191;

    private static final int DTLS_ALERT = 21;

    public static PacketKind peek(ByteBuf packet) {
        if (!packet.isReadable()) {
            return OTHER;
        }
        int first = packet.getUnsignedByte(packet.readerIndex());
        if (first >= FIRST_MEDIA) {
            return first <= LAST_MEDIA ? MEDIA : OTHER;
        }
        if (first >= FIRST_DTLS) {
            return first <= LAST_DTLS ? DTLS : OTHER;
        }
        return first <= LAST_STUN ? STUN : OTHER;
    }

    /** Whether it is an alert of DTLS 1.2, by which a peer closes; later versions do not show it. */
    public static boolean peekIsDtlsAlert(ByteBuf packet) {
        return packet.isReadable() && packet.getUnsignedByte(packet.readerIndex()) == DTLS_ALERT;
    }
}
