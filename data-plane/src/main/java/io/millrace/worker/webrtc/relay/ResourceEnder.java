package io.millrace.worker.webrtc.relay;

import io.millrace.model.Origin;
import io.millrace.model.wire.MediaRoute;
import io.netty.channel.EventLoop;

/** Ends a session at its origin, so that both of its peers hear of it. */
@FunctionalInterface
public interface ResourceEnder {

    /** Returns at once; what comes of it is only logged. */
    void end(EventLoop loop, Origin origin, MediaRoute route);
}
