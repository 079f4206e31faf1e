package io.millrace.worker.rtsp.codec;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Takes a connection's bytes apart into messages and interleaved frames (RFC 2326, section 10.12). Frames are not copied: what comes
 * out is the part of a buffer that holds them, many at once, not necessarily whole; where they end is known here.
 */
public final class RtspReader {

    public static final int MAX_HEAD = 16 * 1024;
    public static final int MAX_BODY = 256 * 1024;

    private static final int SHORT_TEXT = 512;
    private static final int FRAME_MARK = '$';
    private static final int FRAME_HEAD = 4;

    /** What a connection brought. */
    public sealed interface Input {

        record Message(RtspMessage message) implements Input {}

        /** Frames or parts of them; the receiver owns the bytes. */
        record Frames(ByteBuf bytes) implements Input {}
    }

    private enum Place {
        BETWEEN,
        FRAME_HEAD,
        FRAME_PAYLOAD,
        HEAD,
        BODY
    }

    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>(2);
    private final StringBuilder text = new StringBuilder();
    private Place place = Place.BETWEEN;
    private int frameHeadSeen;
    private int frameLength;
    private int left;
    private int lineLength;
    private Optional<RtspMessage> headOnly = Optional.empty();

    /** More bytes; owns them. */
    public void feed(ByteBuf bytes) {
        if (bytes.isReadable()) {
            unread.addLast(bytes);
        } else {
            bytes.release();
        }
    }

    /**
     * What comes next, if it is there.
     *
     * @throws RtspFormatException when what comes next is not RTSP; the reader cannot go on then
     */
    public Optional<Input> next() {
        while (!unread.isEmpty()) {
            ByteBuf bytes = unread.getFirst();
            int from = bytes.readerIndex();
            passFrames(bytes);
            if (bytes.readerIndex() > from) {
                return Optional.of(new Input.Frames(taken(bytes, from)));
            }
            Optional<RtspMessage> whole = place == Place.BODY ? readBody(bytes) : readHead(bytes);
            dropIfRead(bytes);
            if (whole.isPresent()) {
                return Optional.of(new Input.Message(whole.get()));
            }
        }
        return Optional.empty();
    }

    /** The part that was read; a buffer that was read to its end is handed over as it is. */
    private ByteBuf taken(ByteBuf bytes, int from) {
        int length = bytes.readerIndex() - from;
        if (bytes.isReadable()) {
            return bytes.retainedSlice(from, length);
        }
        unread.removeFirst();
        return bytes.readerIndex(from);
    }

    private void dropIfRead(ByteBuf bytes) {
        if (!bytes.isReadable()) {
            unread.removeFirst();
            bytes.release();
        }
    }

    private void passFrames(ByteBuf bytes) {
        while (bytes.isReadable()) {
            switch (place) {
                case BETWEEN -> {
                    if (bytes.getByte(bytes.readerIndex()) != FRAME_MARK) {
                        return;
                    }
                    place = Place.FRAME_HEAD;
                    frameHeadSeen = 0;
                    frameLength = 0;
                }
                case FRAME_HEAD -> {
                    int value = bytes.readUnsignedByte();
                    frameHeadSeen++;
                    // Mark, channel, and the length in two bytes.
                    frameLength = frameHeadSeen > 2 ? (frameLength << 8) | value : 0;
                    if (frameHeadSeen == FRAME_HEAD) {
                        left = frameLength;
                        place = left == 0 ? Place.BETWEEN : Place.FRAME_PAYLOAD;
                    }
                }
                case FRAME_PAYLOAD -> {
                    int here = Math.min(left, bytes.readableBytes());
                    bytes.skipBytes(here);
                    left -= here;
                    if (left == 0) {
                        place = Place.BETWEEN;
                    }
                }
                case HEAD, BODY -> {
                    return;
                }
            }
        }
    }

    private Optional<RtspMessage> readHead(ByteBuf bytes) {
        while (bytes.isReadable()) {
            char c = (char) bytes.readUnsignedByte();
            if (place == Place.BETWEEN) {
                if (c == '\r' || c == '\n') {
                    // Some peers end a body with a line end that they do not count.
                    return Optional.empty();
                }
                if (c < 'A' || c > 'Z') {
                    throw new RtspFormatException("neither a message nor an interleaved frame");
                }
                place = Place.HEAD;
                lineLength = 0;
            }
            if (text.length() == MAX_HEAD) {
                throw new RtspFormatException(413, "a head of more than " + MAX_HEAD + " bytes");
            }
            text.append(c);
            if (c == '\n' && lineLength == 0) {
                return headIsWhole();
            }
            lineLength = c == '\n' ? 0 : c == '\r' ? lineLength : lineLength + 1;
        }
        return Optional.empty();
    }

    private Optional<RtspMessage> headIsWhole() {
        RtspMessage head = RtspHead.parse(text.toString());
        forgetText();
        left = RtspHead.contentLength(head.headers());
        if (left > MAX_BODY) {
            throw new RtspFormatException(413, "a body of more than " + MAX_BODY + " bytes");
        }
        if (left == 0) {
            place = Place.BETWEEN;
            return Optional.of(head);
        }
        place = Place.BODY;
        headOnly = Optional.of(head);
        return Optional.empty();
    }

    private Optional<RtspMessage> readBody(ByteBuf bytes) {
        while (left > 0 && bytes.isReadable()) {
            text.append((char) bytes.readUnsignedByte());
            left--;
        }
        if (left > 0) {
            return Optional.empty();
        }
        String body = text.toString();
        forgetText();
        place = Place.BETWEEN;
        Optional<RtspMessage> whole = headOnly.map(head -> switch (head) {
            case RtspRequest request -> new RtspRequest(request.method(), request.uri(), request.headers(), body);
            case RtspResponse response ->
                new RtspResponse(response.status(), response.reason(), response.headers(), body);
        });
        headOnly = Optional.empty();
        return whole;
    }

    /** Most messages are short, and connections stay open for long. */
    private void forgetText() {
        text.setLength(0);
        if (text.capacity() > SHORT_TEXT) {
            text.trimToSize();
        }
    }

    /** Whether what was handed out so far ends where a message or a frame ends. */
    public boolean isBetween() {
        return place == Place.BETWEEN;
    }

    /** What a message that is not whole yet takes, while its text grows too. */
    public int keptText() {
        return text.length() == 0 ? 0 : 2 * text.capacity();
    }

    /** What buffers hold that are left to be read. */
    public int keptInBuffers() {
        int sum = 0;
        for (ByteBuf bytes : unread) {
            sum += bytes.capacity();
        }
        return sum;
    }

    /** Whether anything is left to be read. */
    public boolean hasUnread() {
        return !unread.isEmpty();
    }

    /** Lets go of what was not read. */
    public void release() {
        unread.forEach(ByteBuf::release);
        unread.clear();
        // A reader that waits for something of the connection's may still keep its session.
        forgetText();
    }
}
