package io.millrace.worker.flv.codec;

/** A peer's chunked body breaks its rules. */
public final class ChunkFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ChunkFormatException(String message) {
        super(message, null, false, false);
    }
}
