package io.millrace.worker.webrtc.relay;

import io.netty.buffer.ByteBuf;

/** A way to a client: an address, or a connection. On the loop of its session, unless said otherwise. */
abstract sealed class ClientPath permits UdpPath, TcpPath {

    /** After so long without a check that the origin accepted, an address may turn up in another session. */
    private static final long FRESH_MILLIS = 10_000;

    private boolean active;
    private boolean activeLately;
    private volatile long provenAtMillis;

    abstract RelayMetrics.Transport transport();

    /** Any thread. */
    abstract boolean isSameAs(ClientPath other);

    /** The origin accepted a check that came this way: from now on everything that comes this way is the session's. */
    abstract void belongsTo(RelaySession session);

    /** It is the session's no more. */
    abstract void leave();

    /** Owns the packet, which may be lost. */
    abstract void send(ByteBuf packet);

    /** {@code host:port} for people. */
    abstract String shown();

    void proven(long nowMillis) {
        provenAtMillis = nowMillis;
    }

    long provenAtMillis() {
        return provenAtMillis;
    }

    /** Whether the origin lately accepted a check from there; any thread. */
    boolean isFresh(long nowMillis) {
        return nowMillis - provenAtMillis < FRESH_MILLIS;
    }

    void active() {
        active = true;
    }

    /** Whether nothing came this way for a second or two. */
    boolean isSilent() {
        return !active && !activeLately;
    }

    /** Every second; says whether anything came since the last time. */
    boolean tick() {
        activeLately = active;
        active = false;
        return activeLately;
    }
}
