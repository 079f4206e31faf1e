package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Optional;

/**
 * The name at the head of a command, data or shared object message, read as leniently as any origin reads it: nginx-rtmp looks for
 * the handler of all three by their name, in lower case, up to the first NUL.
 */
public final class CommandName {

    private static final int STRING = 0x02;
    private static final int LONG_STRING = 0x0c;
    private static final int XML_DOCUMENT = 0x0f;

    /** Longer ones name no command that is looked for. */
    private static final int LONGEST = 16;

    /** After so many bytes of a message its name is known. */
    static final int ENOUGH = 1 + 5 + LONGEST;

    private CommandName() {}

    public static boolean isCarriedBy(int messageType) {
        return switch (messageType) {
            case MessageType.COMMAND_AMF0,
                    MessageType.COMMAND_AMF3,
                    MessageType.DATA_AMF0,
                    MessageType.DATA_AMF3,
                    MessageType.SHARED_OBJECT_AMF0,
                    MessageType.SHARED_OBJECT_AMF3 -> true;
            default -> false;
        };
    }

    /** Whether a command of that name makes an origin take or give a stream. */
    public static boolean asksForStream(String name) {
        return name.equals("publish") || name.equals("play") || name.equals("play2");
    }

    /** Reads the beginning of a message and moves to what follows the name; empty, and moved nowhere, if it is no short text. */
    public static Optional<String> read(int messageType, ByteBuf in) {
        int at = in.readerIndex();
        if (isAmf3(messageType)) {
            at++;
        }
        int sizeOfLength = 2;
        if (!isSharedObject(messageType)) {
            if (at >= in.writerIndex()) {
                return Optional.empty();
            }
            int marker = in.getUnsignedByte(at++);
            if (marker == LONG_STRING || marker == XML_DOCUMENT) {
                sizeOfLength = 4;
            } else if (marker != STRING) {
                return Optional.empty();
            }
        }
        if (in.writerIndex() - at < sizeOfLength) {
            return Optional.empty();
        }
        long length = sizeOfLength == 2 ? in.getUnsignedShort(at) : in.getUnsignedInt(at);
        at += sizeOfLength;
        int end = (int) Math.min(in.writerIndex(), at + length);
        StringBuilder name = new StringBuilder(LONGEST);
        for (int i = at; i < end && in.getByte(i) != 0; i++) {
            if (name.length() == LONGEST) {
                return Optional.empty();
            }
            name.append((char) in.getUnsignedByte(i));
        }
        in.readerIndex(end);
        return Optional.of(name.toString().toLowerCase(Locale.ROOT));
    }

    private static boolean isAmf3(int messageType) {
        return messageType == MessageType.COMMAND_AMF3
                || messageType == MessageType.DATA_AMF3
                || messageType == MessageType.SHARED_OBJECT_AMF3;
    }

    private static boolean isSharedObject(int messageType) {
        return messageType == MessageType.SHARED_OBJECT_AMF0 || messageType == MessageType.SHARED_OBJECT_AMF3;
    }
}
