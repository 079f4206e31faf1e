package io.millrace.worker.http.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One who reads an object, on its own loop and at its own pace. Everything but {@link #wake} and {@link #denySharing} is called on that
 * loop.
 */
public final class Reader {

    private final EventLoop loop;
    private final Runnable changed;
    private final AtomicBoolean wakeUnderWay = new AtomicBoolean();
    private final CachedObject object;
    private final Ticker ticker;
    private volatile long position;
    private volatile long movedNanos;
    private volatile boolean sharingDenied;
    private volatile boolean cutOff;
    private boolean closed;

    Reader(EventLoop loop, CachedObject object, Ticker ticker, Runnable changed) {
        this.loop = loop;
        this.object = object;
        this.ticker = ticker;
        this.movedNanos = ticker.read();
        this.changed = changed;
    }

    public CachedObject object() {
        return object;
    }

    /**
     * The answer is not to be shared: ask alone, also the reader that asked first, since the origin was told of no client in particular. Known before
     * the head is; look at the head first.
     */
    public boolean isSharingDenied() {
        return sharingDenied;
    }

    /** It was too slow for the others and gets nothing more. */
    public boolean isCutOff() {
        return cutOff;
    }

    public long position() {
        return position;
    }

    /** When it last took something, or began. */
    long movedNanos() {
        return movedNanos;
    }

    /** Bytes can be read. */
    public boolean hasMore() {
        return object.available() > position;
    }

    /** The next bytes, at most so many; the caller owns them. */
    public ByteBuf next(int atMost) {
        long from = position;
        ByteBuf bytes = object.slice(from, atMost);
        position = from + bytes.readableBytes();
        movedNanos = ticker.read();
        return bytes;
    }

    public void skipTo(long wanted) {
        position = wanted;
    }

    /** Call after reading: an object that is too large to be kept goes on only as far as its readers do. */
    public void moved() {
        object.moved();
    }

    /** Wants no more. */
    public void close() {
        if (!closed) {
            closed = true;
            object.detach(this);
        }
    }

    void denySharing() {
        sharingDenied = true;
        wake();
    }

    void cutOff() {
        cutOff = true;
        wake();
    }

    /** From any thread; many wakes are one run. */
    void wake() {
        if (wakeUnderWay.compareAndSet(false, true)) {
            loop.execute(() -> {
                wakeUnderWay.set(false);
                if (!closed) {
                    changed.run();
                }
            });
        }
    }
}
