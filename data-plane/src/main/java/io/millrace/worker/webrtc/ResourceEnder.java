package io.millrace.worker.webrtc;

import io.millrace.model.Origin;
import io.millrace.model.wire.MediaRoute;
import io.netty.channel.EventLoop;

/** Ends a session at its origin, so that both of its peers are told. */
@FunctionalInterface
public interface ResourceEnder {

    /** Returns at once; what comes of it is only logged. */
    void end(EventLoop loop, Origin origin, MediaRoute route);
}
