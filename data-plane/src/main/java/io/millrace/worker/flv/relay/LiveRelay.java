package io.millrace.worker.flv.relay;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.flv.codec.ChunkFormatException;
import io.millrace.worker.flv.codec.ChunkedFollower;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.net.flow.SilenceClock;
import io.millrace.worker.net.loop.Ticking;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The body of an origin's answer on its way to a viewer. Chunks pass as they are where the viewer's side is chunked too; their
 * headers are only looked at, to know where the body ends.
 */
final class LiveRelay implements Ticking {

    private static final ChunkedFollower.Payload UNSEEN = (index, length) -> {};

    /** What a relay tells its session. */
    interface Listener {

        void over(CloseReason reason, String detail);
    }

    private final Session session;
    private final HttpSettings settings;
    private final BodyFraming framing;
    private final boolean unwrap;
    private final Viewer viewer;
    private final Listener listener;
    private final ChunkedFollower chunks = new ChunkedFollower();
    private final SilenceClock silence = new SilenceClock();
    private long received;
    private boolean over;

    /** @param unwrap whether the viewer gets payload without the chunks around it */
    LiveRelay(
            Session session,
            HttpSettings settings,
            BodyFraming framing,
            boolean unwrap,
            Viewer viewer,
            Listener listener) {
        this.session = session;
        this.settings = settings;
        this.framing = framing;
        this.unwrap = unwrap;
        this.viewer = viewer;
        this.listener = listener;
    }

    /** For a body that is over before it began. */
    void begin() {
        if (isWhole()) {
            listener.over(CloseReason.ORIGIN_CLOSED, "");
        }
    }

    /** Bytes from the origin; owns them. */
    void fromOrigin(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return;
        }
        int length = bytes.readableBytes();
        received += length;
        silence.activity();
        session.countOut(length);
        switch (framing) {
            case BodyFraming.UntilClose _ -> viewer.write(bytes);
            case BodyFraming.Length(long total) -> {
                int excess = (int) Math.min(length, Math.max(0, received - total));
                bytes.writerIndex(bytes.writerIndex() - excess);
                viewer.write(bytes);
            }
            case BodyFraming.Chunked _ -> {
                try {
                    followChunks(bytes);
                } catch (ChunkFormatException e) {
                    listener.over(CloseReason.ORIGIN_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
                    return;
                }
            }
        }
        if (isWhole()) {
            listener.over(CloseReason.ORIGIN_CLOSED, "");
        }
    }

    private void followChunks(ByteBuf bytes) {
        if (unwrap) {
            try {
                chunks.follow(bytes, (index, length) -> viewer.write(bytes.retainedSlice(index, length)));
            } finally {
                bytes.release();
            }
            return;
        }
        int taken;
        try {
            taken = chunks.follow(bytes, UNSEEN);
        } catch (ChunkFormatException e) {
            bytes.release();
            throw e;
        }
        bytes.writerIndex(bytes.readerIndex() + taken);
        viewer.write(bytes);
    }

    void originReadComplete() {
        if (!over && viewer.flush()) {
            session.countStall();
        }
    }

    /** Whether the origin has said all that it had announced. */
    boolean isWhole() {
        return switch (framing) {
            case BodyFraming.Chunked _ -> chunks.isOver();
            case BodyFraming.Length(long total) -> received >= total;
            case BodyFraming.UntilClose _ -> false;
        };
    }

    /** Whether the body may end here without a viewer taking half a piece for a whole one. */
    boolean mayEndHere() {
        return switch (framing) {
            case BodyFraming.Chunked _ -> chunks.isOver() || chunks.isBetweenChunks();
            case BodyFraming.Length _ -> isWhole();
            case BodyFraming.UntilClose _ -> true;
        };
    }

    /** Ends the viewer's side as well as its framing allows. */
    void finish(CloseReason reason) {
        if (over) {
            return;
        }
        over = true;
        if (framing instanceof BodyFraming.Chunked && !unwrap && !chunks.isOver() && chunks.isBetweenChunks()) {
            viewer.write(Unpooled.copiedBuffer("0\r\n\r\n", StandardCharsets.US_ASCII));
        }
        viewer.finish(mayEndHere(), reason);
    }

    @Override
    public void tick(long nowNanos) {
        long stalled = viewer.stalledForNanos(nowNanos);
        if (viewer.isStalled()) {
            silence.activity();
        }
        long quiet = silence.silentForNanos(nowNanos);
        Duration stallLimit = settings.stallTimeout();
        Duration quietLimit = settings.playIdleTimeout();
        if (stalled > stallLimit.toNanos()) {
            listener.over(CloseReason.PEER_STALLED, "it read nothing for " + stallLimit.toSeconds() + " s");
        } else if (quiet > quietLimit.toNanos()) {
            listener.over(CloseReason.PEER_IDLE, "there was nothing to play for " + quietLimit.toSeconds() + " s");
        }
    }
}
