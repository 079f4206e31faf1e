package io.millrace.worker.admin.sessions;

import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.address.AddressText;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One client session. Its counters are written by its event loop alone and read by any thread: opaque stores cost what plain ones
 * do, and no packet allocates or contends.
 */
public final class Session {

    private static final VarHandle BYTES_IN = counter("bytesIn");
    private static final VarHandle BYTES_OUT = counter("bytesOut");
    private static final VarHandle AUDIO_FRAMES = counter("audioFrames");
    private static final VarHandle VIDEO_FRAMES = counter("videoFrames");
    private static final VarHandle STALLS = counter("stalls");

    private final String id;
    private final Permit permit;
    private final Instant startedAt;
    private final SessionHandle handle;
    private final WaitingSessions waiting;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Relaying relaying;

    private long bytesIn;
    private long bytesOut;
    private long audioFrames;
    private long videoFrames;
    private long stalls;

    Session(String id, Permit permit, Instant startedAt, SessionHandle handle, WaitingSessions waiting) {
        this.id = id;
        this.permit = permit;
        this.startedAt = startedAt;
        this.handle = handle;
        this.waiting = waiting;
    }

    /** The origin that carries the session now, and the epoch of the binding that led there; 0 when this worker placed it alone. */
    public record Relaying(Origin origin, long epoch) {}

    public String id() {
        return id;
    }

    public Protocol protocol() {
        return permit.protocol();
    }

    public Intent intent() {
        return permit.intent();
    }

    public StreamKey stream() {
        return permit.stream();
    }

    /** {@code host:port} of the client as far as known, behind a PROXY header that of the real one. */
    public String clientAddress() {
        return permit.clientAddress();
    }

    /** Without the port. */
    public String clientHost() {
        return AddressText.host(permit.clientAddress());
    }

    /** Whom the client's credential names; null where none does. */
    public @Nullable String subject() {
        return permit.subject();
    }

    public Instant startedAt() {
        return startedAt;
    }

    /** Empty until the origin has accepted it. */
    public Optional<Relaying> relaying() {
        return Optional.ofNullable(relaying);
    }

    /** Its stream is not published: whether it may wait for a publisher, until it ends or gets media. */
    public boolean mayWait() {
        return waiting.add(this);
    }

    /** Asks the session to end; see {@link SessionHandle#end}. */
    public void end(CloseReason reason, String detail) {
        handle.end(reason, detail);
    }

    /** Owner loop: bytes came from the client. */
    public void countIn(long bytes) {
        BYTES_IN.setOpaque(this, bytesIn + bytes);
    }

    /** Owner loop: bytes went to the client. */
    public void countOut(long bytes) {
        BYTES_OUT.setOpaque(this, bytesOut + bytes);
    }

    /** Owner loop: an audio frame passed. */
    public void countAudioFrame() {
        AUDIO_FRAMES.setOpaque(this, audioFrames + 1);
    }

    /** Owner loop: a video frame passed. */
    public void countVideoFrame() {
        VIDEO_FRAMES.setOpaque(this, videoFrames + 1);
    }

    /** Owner loop: reading from one side stopped because the other did not take it. */
    public void countStall() {
        STALLS.setOpaque(this, stalls + 1);
    }

    public long bytesIn() {
        return (long) BYTES_IN.getOpaque(this);
    }

    public long bytesOut() {
        return (long) BYTES_OUT.getOpaque(this);
    }

    public long audioFrames() {
        return (long) AUDIO_FRAMES.getOpaque(this);
    }

    public long videoFrames() {
        return (long) VIDEO_FRAMES.getOpaque(this);
    }

    public long stalls() {
        return (long) STALLS.getOpaque(this);
    }

    void relay(Relaying next) {
        relaying = next;
    }

    boolean markClosed() {
        return closed.compareAndSet(false, true);
    }

    boolean isClosed() {
        return closed.get();
    }

    private static VarHandle counter(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(Session.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
