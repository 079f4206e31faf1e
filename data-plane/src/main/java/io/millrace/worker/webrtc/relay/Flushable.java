package io.millrace.worker.webrtc.relay;

/** Something that was written to and not flushed. */
interface Flushable {

    void flushNow();
}
