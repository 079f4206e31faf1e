package io.millrace.control.peers;

import io.millrace.control.peers.PeerClient.Silent;

/** Something can only be done by another control plane, and that one does not answer. */
public final class SilentPeerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SilentPeerException(Silent silent) {
        super(
                "control plane " + silent.peer().run() + " at " + silent.peer().url() + ": " + silent.why(),
                null,
                false,
                false);
    }
}
