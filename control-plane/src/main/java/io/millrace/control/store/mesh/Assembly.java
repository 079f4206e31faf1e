package io.millrace.control.store.mesh;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Content goes in pieces, so that heartbeats and small messages get in between. */
final class Assembly {

    private static final int PIECE_BYTES = 256 * 1024;

    private Term term = Term.NONE;
    private long round;
    private ByteArrayOutputStream pieces = new ByteArrayOutputStream();

    /** Takes the pieces. */
    interface Sender {
        void send(boolean last, Bytes piece);
    }

    static void send(Content content, long nowMillis, Sender sender) {
        byte[] all = encode(content, nowMillis);
        int from = 0;
        do {
            int to = Math.min(all.length, from + PIECE_BYTES);
            sender.send(to == all.length, new Bytes(Arrays.copyOfRange(all, from, to)));
            from = to;
        } while (from < all.length);
    }

    /** The content once the last piece is there. Pieces of anything else begin it anew. */
    @Nullable
    Content add(Term ofTerm, long ofRound, boolean last, Bytes piece, long nowMillis) {
        if (!term.equals(ofTerm) || round != ofRound) {
            term = ofTerm;
            round = ofRound;
            pieces = new ByteArrayOutputStream();
        }
        pieces.writeBytes(piece.array());
        if (!last) {
            return null;
        }
        byte[] all = pieces.toByteArray();
        pieces = new ByteArrayOutputStream();
        term = Term.NONE;
        try {
            return Content.readFrom(new DataInputStream(new ByteArrayInputStream(all)), nowMillis);
        } catch (IOException e) {
            throw new UncheckedIOException("the content of a member cannot be read", e);
        }
    }

    private static byte[] encode(Content content, long nowMillis) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            content.writeTo(new DataOutputStream(bytes), nowMillis);
        } catch (IOException e) {
            throw new UncheckedIOException("memory is no device that fails", e);
        }
        return bytes.toByteArray();
    }
}
