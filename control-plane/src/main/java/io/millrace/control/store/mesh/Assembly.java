package io.millrace.control.store.mesh;

import io.millrace.control.store.mesh.Message.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Content goes in pieces, so that heartbeats and small messages get in between. */
final class Assembly {

    private static final int PIECE_BYTES = 256 * 1024;

    private Term term = Term.NONE;
    private long round;
    private ByteArrayOutputStream pieces = new ByteArrayOutputStream();

    static void send(Content content, long nowMillis, Consumer<Part> sender) {
        byte[] all = encode(content, nowMillis);
        int from = 0;
        do {
            int to = Math.min(all.length, from + PIECE_BYTES);
            sender.accept(new Part(from, to == all.length, new Bytes(Arrays.copyOfRange(all, from, to))));
            from = to;
        } while (from < all.length);
    }

    /** The content once the last part is there. A first part begins anew; what does not fit to what came before is passed over. */
    @Nullable
    Content add(Term ofTerm, long ofRound, Part part, long nowMillis) {
        if (part.from() == 0) {
            term = ofTerm;
            round = ofRound;
            pieces = new ByteArrayOutputStream();
        }
        if (!term.equals(ofTerm) || round != ofRound || pieces.size() != part.from()) {
            return null;
        }
        pieces.writeBytes(part.bytes().array());
        if (!part.last()) {
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
