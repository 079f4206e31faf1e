package io.millrace.worker.webrtc.relay;

import io.millrace.worker.webrtc.codec.StunId;
import io.millrace.worker.webrtc.codec.StunMessage;
import io.millrace.worker.webrtc.codec.StunUsername;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which path sent which STUN request, so that the origin's answer goes there and proves that address and no other. Rings of fixed
 * size: what was asked lately, by the client's own addresses and by others apart, so that strangers push nothing of the client's out;
 * and what the origin has answered with success. The last keeps an eavesdropper from sending a genuine request again
 * from an address of its choice; without the password it can push nothing out of it.
 */
final class Transactions {

    /** A client tries a few dozen pairs of addresses at the start, and is answered within one round trip. */
    private static final int ASKED = 32;

    /** A client checks each pair in use every few seconds: some five minutes. */
    private static final int ANSWERED = 128;

    private final Ring byClient = new Ring(ASKED);
    private final Ring byOthers = new Ring(ASKED);
    private final Ring answered = new Ring(ANSWERED);

    /**
     * @param nominates whether the client wants that path, should the request be answered with success
     * @param checking what the asker calls itself
     */
    record Asked(StunId id, ClientPath path, boolean nominates, Optional<String> checking) {}

    /** The latest of so many, whatever came before. */
    private static final class Ring {

        private final @Nullable Asked[] entries;
        private int next;

        Ring(int size) {
            entries = new Asked[size];
        }

        void add(Asked entry) {
            entries[next] = entry;
            next = (next + 1) % entries.length;
        }

        @Nullable
        Asked find(StunId id) {
            for (Asked one : entries) {
                if (one != null && one.id().equals(id)) {
                    return one;
                }
            }
            return null;
        }
    }

    /**
     * @param isClients whether the origin accepted that path before
     * @return false when the same request came before from elsewhere: the first path is answered
     */
    boolean ask(StunMessage request, ClientPath path, boolean isClients) {
        Asked before = find(request.id());
        if (before == null) {
            Optional<String> checking = request.username().map(StunUsername::checking);
            (isClients ? byClient : byOthers).add(new Asked(request.id(), path, request.nominates(), checking));
            return true;
        }
        return before.path().isSameAs(path);
    }

    @Nullable
    Asked find(StunId id) {
        Asked waiting = byClient.find(id);
        if (waiting == null) {
            waiting = byOthers.find(id);
        }
        return waiting == null ? answered.find(id) : waiting;
    }

    /** The origin answered it with success. */
    void answered(Asked request) {
        if (answered.find(request.id()) == null) {
            answered.add(request);
        }
    }
}
