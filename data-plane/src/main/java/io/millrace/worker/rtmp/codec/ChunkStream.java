package io.millrace.worker.rtmp.codec;

/**
 * What the headers of one chunk stream have said so far, in one direction (RTMP section 5.3.1). Read by scanners; changed
 * only by {@link ChunkScanner}.
 */
public final class ChunkStream {

    private final int id;
    private final int index;
    boolean known;
    int timestamp;
    int timestampDelta;
    int timestampField;
    boolean extended;
    int messageLength;
    int messageType;
    int messageStreamId;
    int messageLeft;

    ChunkStream(int id, int index) {
        this.id = id;
        this.index = index;
    }

    public int id() {
        return id;
    }

    /** A dense number, in the order in which chunk streams first appeared; for arrays kept beside this one. */
    public int index() {
        return index;
    }

    /** Of the current message, absolute, modulo 2^32 milliseconds. */
    public int timestamp() {
        return timestamp;
    }

    /** What the last timestamp field said: an absolute time or a delta. */
    int timestampField() {
        return timestampField;
    }

    public int messageLength() {
        return messageLength;
    }

    public int messageType() {
        return messageType;
    }

    public int messageStreamId() {
        return messageStreamId;
    }

    /** Payload bytes of the current message that are still to come; 0 between messages. */
    public int messageLeft() {
        return messageLeft;
    }
}
