package io.millrace.worker.webrtc.relay;

import io.millrace.worker.webrtc.codec.StunId;
import org.jspecify.annotations.Nullable;

/**
 * Who asked what in STUN, so that the origin's answer goes to whoever asked and proves that address and no other. Two rings of fixed
 * size: what was asked lately, and what the origin has answered with success. The second is what keeps somebody who listens from
 * sending a genuine request again from an address of his choice; without the password he can push nothing out of it.
 */
final class Transactions {

    /** A client tries a few dozen pairs of addresses at the start, and is answered within one round trip. */
    private static final int ASKED = 32;

    /** A client checks each pair in use every few seconds: some five minutes. */
    private static final int ANSWERED = 128;

    private final @Nullable Asked[] asked = new Asked[ASKED];
    private final @Nullable Asked[] answered = new Asked[ANSWERED];
    private int nextAsked;
    private int nextAnswered;

    /** @param nominates whether media shall go to that path once the request is answered with success */
    record Asked(StunId id, ClientPath path, boolean nominates) {}

    /** @return false when the same request came before from elsewhere: whoever asked first is answered */
    boolean ask(StunId id, ClientPath path, boolean nominates) {
        Asked before = find(id);
        if (before == null) {
            asked[nextAsked] = new Asked(id, path, nominates);
            nextAsked = (nextAsked + 1) % ASKED;
            return true;
        }
        return before.path().isSameAs(path);
    }

    @Nullable
    Asked find(StunId id) {
        Asked waiting = find(asked, id);
        return waiting == null ? find(answered, id) : waiting;
    }

    private static @Nullable Asked find(@Nullable Asked[] among, StunId id) {
        for (Asked one : among) {
            if (one != null && one.id().equals(id)) {
                return one;
            }
        }
        return null;
    }

    /** The origin answered it with success. */
    void answered(Asked request) {
        if (find(answered, request.id()) == null) {
            answered[nextAnswered] = request;
            nextAnswered = (nextAnswered + 1) % ANSWERED;
        }
    }
}
