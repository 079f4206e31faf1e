package io.millrace.worker.flv.relay;

import io.millrace.worker.admin.sessions.CloseReason;
import io.netty.buffer.ByteBuf;

/** The client's side of a relay: takes the body as it comes and says when that is too fast. */
interface Viewer {

    /** Queues a run of the body without flushing; owns it. */
    void write(ByteBuf bytes);

    /**
     * Sends what was queued.
     *
     * @return whether the client did not take it, so that reading from the origin stopped
     */
    boolean flush();

    /** Whether the origin is not read because of the client. */
    boolean isStalled();

    /** For how long the client has taken nothing although something waits for it. */
    long stalledForNanos(long nowNanos);

    /**
     * Nothing more comes.
     *
     * @param whole whether the body may be shown as complete
     */
    void finish(boolean whole, CloseReason reason);
}
