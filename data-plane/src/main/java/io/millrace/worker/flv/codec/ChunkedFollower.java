package io.millrace.worker.flv.codec;

import io.netty.buffer.ByteBuf;
import java.util.HexFormat;

/**
 * Follows a chunked body (RFC 9112, section 7.1) without changing it: where its payload lies, whether it stands between two
 * chunks, and where it ends.
 */
public final class ChunkedFollower {

    private static final int MAX_SIZE_DIGITS = 12;
    private static final int MAX_OVERHEAD = 8 * 1024;

    private enum At {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        TRAILER_LINE,
        TRAILER_LINE_LF,
        LAST_LF,
        END
    }

    private At at = At.SIZE;
    private long size;
    private int digits;
    private int overhead;

    /** Where payload lies in the buffer that is followed. */
    @FunctionalInterface
    public interface Payload {
        void lies(int index, int length);
    }

    /**
     * Goes on.
     *
     * @param peeked left as it is
     * @return how many bytes of it belong to the body; fewer than it holds only at the end
     * @throws ChunkFormatException when these are no chunks
     */
    public int follow(ByteBuf peeked, Payload payload) {
        int begin = peeked.readerIndex();
        int end = peeked.writerIndex();
        int index = begin;
        while (index < end && at != At.END) {
            if (at == At.DATA) {
                int length = (int) Math.min(size, end - index);
                payload.lies(index, length);
                index += length;
                size -= length;
                if (size == 0) {
                    at = At.DATA_CR;
                }
            } else {
                framing(peeked.getByte(index));
                index++;
            }
        }
        return index - begin;
    }

    private void framing(byte b) {
        switch (at) {
            case SIZE -> size(b);
            case EXTENSION -> {
                bound();
                if (b == '\r') {
                    at = At.SIZE_LF;
                } else if (b == '\n') {
                    throw new ChunkFormatException("a chunk extension ends without CR");
                }
            }
            case SIZE_LF -> {
                expect(b, '\n');
                digits = 0;
                overhead = 0;
                at = size == 0 ? At.TRAILER : At.DATA;
            }
            case DATA_CR -> {
                expect(b, '\r');
                at = At.DATA_LF;
            }
            case DATA_LF -> {
                expect(b, '\n');
                at = At.SIZE;
            }
            case TRAILER -> {
                bound();
                at = b == '\r' ? At.LAST_LF : At.TRAILER_LINE;
            }
            case TRAILER_LINE -> {
                bound();
                if (b == '\r') {
                    at = At.TRAILER_LINE_LF;
                }
            }
            case TRAILER_LINE_LF -> {
                expect(b, '\n');
                at = At.TRAILER;
            }
            case LAST_LF -> {
                expect(b, '\n');
                at = At.END;
            }
            case DATA, END -> throw new IllegalStateException("not framing");
        }
    }

    private void size(byte b) {
        if (HexFormat.isHexDigit(b)) {
            digits++;
            if (digits > MAX_SIZE_DIGITS) {
                throw new ChunkFormatException("a chunk size has more than " + MAX_SIZE_DIGITS + " digits");
            }
            size = size << 4 | HexFormat.fromHexDigit(b);
            return;
        }
        if (digits == 0) {
            throw new ChunkFormatException("a chunk begins without a size");
        }
        at = switch (b) {
            case '\r' -> At.SIZE_LF;
            case ';', ' ', '\t' -> At.EXTENSION;
            default -> throw new ChunkFormatException("a chunk size ends with byte 0x" + Integer.toHexString(b & 0xff));
        };
    }

    private void bound() {
        overhead++;
        if (overhead > MAX_OVERHEAD) {
            throw new ChunkFormatException("a chunk extension or trailer is longer than " + MAX_OVERHEAD + " bytes");
        }
    }

    private static void expect(byte b, char wanted) {
        if (b != wanted) {
            throw new ChunkFormatException("a chunk does not end where its size says");
        }
    }

    /** Whether a last chunk could be put here. */
    public boolean isBetweenChunks() {
        return at == At.SIZE && digits == 0;
    }

    /** Whether the last chunk has come. */
    public boolean isOver() {
        return at == At.END;
    }
}
