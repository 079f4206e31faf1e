package io.millrace.worker.webrtc.codec;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * What a relay needs to know of a STUN message (RFC 8489). It is only looked at: a changed one would fail its integrity check, which
 * only those can make who know the password.
 *
 * @param method {@value #BINDING} for connectivity checks; libwebrtc has others of its own
 * @param nominates whether it has USE-CANDIDATE: the client wants to go on with the pair of addresses that this message checks
 */
public record StunMessage(int method, Kind kind, StunId id, Optional<StunUsername> username, boolean nominates) {

    public static final int BINDING = 1;

    private static final int HEADER = 20;
    private static final int MAGIC_COOKIE = 0x2112A442;
    private static final int COOKIE_AT = 4;
    private static final int ID_AT = 8;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final int USERNAME = 0x0006;
    private static final int USE_CANDIDATE = 0x0025;
    private static final int MESSAGE_INTEGRITY = 0x0008;
    private static final int MESSAGE_INTEGRITY_SHA256 = 0x001C;

    /** The class of a message. */
    public enum Kind {
        REQUEST,
        INDICATION,
        SUCCESS,
        ERROR;

        /** Bits 4 and 8 of the message type (section 5). */
        private static Kind of(int type) {
            return switch (type & 0x0110) {
                case 0x0000 -> REQUEST;
                case 0x0010 -> INDICATION;
                case 0x0100 -> SUCCESS;
                default -> ERROR;
            };
        }
    }

    /** Empty unless the packet is exactly one message whose attributes lie within it. */
    public static Optional<StunMessage> peek(ByteBuf packet) {
        int start = packet.readerIndex();
        int length = packet.readableBytes();
        if (length < HEADER
                || packet.getUnsignedByte(start) > 3
                || packet.getUnsignedShort(start + 2) != length - HEADER
                || length % 4 != 0
                || packet.getInt(start + COOKIE_AT) != MAGIC_COOKIE) {
            return Optional.empty();
        }
        Optional<StunUsername> username = Optional.empty();
        boolean nominates = false;
        boolean sealed = false;
        int end = start + length;
        int at = start + HEADER;
        while (at < end) {
            // The length is a multiple of four, and so is what was read: a header is always whole.
            int value = at + ATTRIBUTE_HEADER;
            int size = packet.getUnsignedShort(at + 2);
            int next = value + ((size + 3) & ~3);
            if (next > end) {
                return Optional.empty();
            }
            int attribute = packet.getUnsignedShort(at);
            // Whatever follows the integrity check may have been added by anybody (section 14.5).
            sealed |= attribute == MESSAGE_INTEGRITY || attribute == MESSAGE_INTEGRITY_SHA256;
            if (!sealed && attribute == USERNAME && username.isEmpty()) {
                username = StunUsername.peek(packet, value, size);
            }
            nominates |= !sealed && attribute == USE_CANDIDATE;
            at = next;
        }
        int type = packet.getUnsignedShort(start);
        StunId id = new StunId(packet.getLong(start + ID_AT), packet.getInt(start + ID_AT + Long.BYTES));
        return Optional.of(new StunMessage(method(type), Kind.of(type), id, username, nominates));
    }

    /** The twelve bits of the type that are not its class. */
    private static int method(int type) {
        return (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2);
    }

    public boolean isBinding() {
        return method == BINDING;
    }

    /** Whether it asks, by name, whether two agents of one session reach each other. */
    public boolean isCheck() {
        return isBinding() && kind == Kind.REQUEST && username.isPresent();
    }

    /** Whose ufrag a check names; of nothing else may it be asked. */
    public String checkedUfrag() {
        return username.orElseThrow().checked();
    }
}
