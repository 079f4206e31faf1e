package io.millrace.control.registry.probe;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * As much of RTMP's handshake (RTMP 1.0, section 5.2) as proves that a server's process runs: C0 and C1 out, S0 and S1 back. S2 is
 * not waited for, since some servers send it only after C2.
 */
final class RtmpHandshake {

    static final int VERSION = 3;
    private static final int C1_BYTES = 1_536;

    /** Time and zero of C1: with zeros there, no server looks for digests. */
    private static final int C1_HEADER_BYTES = 8;

    static final int ANSWER_BYTES = 1 + C1_BYTES;

    private RtmpHandshake() {}

    /** C0 and C1. */
    static byte[] opening(RandomGenerator random) {
        byte[] filling = new byte[C1_BYTES - C1_HEADER_BYTES];
        random.nextBytes(filling);
        return ByteBuffer.allocate(1 + C1_BYTES)
                .put((byte) VERSION)
                .position(1 + C1_HEADER_BYTES)
                .put(filling)
                .array();
    }

    /** Reads S0 and S1 and no more; returns when they are there. */
    static void readAnswer(InputStream in) throws IOException {
        int version = in.read();
        if (version < 0) {
            throw new EOFException("it closed the connection before it answered the handshake");
        }
        if (version != VERSION) {
            throw new NotRtmpException("it answered the handshake with version " + version + " instead of " + VERSION);
        }
        if (in.readNBytes(C1_BYTES).length < C1_BYTES) {
            throw new EOFException("it closed the connection within the handshake");
        }
    }

    /** Something answers there, and not in RTMP. */
    static final class NotRtmpException extends IOException {
        private static final long serialVersionUID = 1L;

        NotRtmpException(String message) {
            super(message);
        }
    }
}
