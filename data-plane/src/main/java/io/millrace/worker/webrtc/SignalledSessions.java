package io.millrace.worker.webrtc;

import io.millrace.model.wire.MediaRoute;

/** What signalling tells those who relay media at this worker. Any thread; returns at once. */
public interface SignalledSessions {

    /** The origin answered: media of this session may arrive here, or at any other worker. */
    void expect(MediaRoute route);

    /** The origin confirmed that the session is over; does nothing when no media of it is here. */
    void ended(String ufrag, String detail);
}
