package io.millrace.worker.http.cache;

import io.millrace.worker.http.origin.OriginFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer of an origin: its head, and its body in pieces that are only ever added to. The fetch writes on its loop; readers on any
 * loop see what was published before, without a lock. Freed when its last holder lets go: the cache, the fetch, each reader.
 */
public final class CachedObject {

    /** A body of known length up to here is one piece. */
    private static final int MAX_SINGLE_CHUNK = 4 * 1024 * 1024;

    private static final int USUAL_CHUNK = 64 * 1024;
    private static final int OVERHEAD_BYTES = 1_024;

    /** How far it has come. */
    public enum State {
        FILLING,
        COMPLETE,
        FAILED
    }

    private final UncachedObjects uncached;
    private final boolean readWhole;
    private final List<Reader> readers = new ArrayList<>(2);
    private int holders = 1;
    private boolean freed;
    private boolean passing;
    private boolean abandoned;
    private boolean inCache;
    private int chunkSize = USUAL_CHUNK;
    private int firstChunk;
    private long allocated;
    private long madeBytes;

    private volatile @Nullable ByteBuf @Nullable [] chunks = new ByteBuf[4];
    private volatile @Nullable Head head;
    private volatile long available;
    private volatile State state = State.FILLING;
    private volatile @Nullable OriginFailure failure;
    private volatile @Nullable Object made;
    private volatile @Nullable Fetch fetch;

    /**
     * @param uncached where the memory of objects that are not in the cache is added up
     * @param readWhole whether readers wait until all is there
     */
    CachedObject(UncachedObjects uncached, boolean readWhole) {
        this.uncached = uncached;
        this.readWhole = readWhole;
        uncached.begun(this);
    }

    void fetchedBy(Fetch running) {
        fetch = running;
    }

    public @Nullable Head head() {
        return head;
    }

    /** Bytes of the body that are there. */
    public long available() {
        return available;
    }

    public State state() {
        return state;
    }

    /** Why it failed; null unless it did, or when it was given up because no reader waited. */
    public @Nullable OriginFailure failure() {
        return failure;
    }

    /** What was made of the whole body once, like a parsed playlist; null for objects of which nothing is made. */
    public @Nullable Object made() {
        return made;
    }

    // The fetch's side, on its loop.

    /** @param unshared whether it was asked for all and turns out to be for one: all must ask on their own before they could see it */
    synchronized void publishHead(Head received, boolean unshared) {
        // What passes, passes in small pieces: each is held until its last byte was read.
        if (!passing) {
            received.length()
                    .ifPresent(length -> chunkSize = length <= MAX_SINGLE_CHUNK ? (int) Math.max(1, length) : 1 << 20);
        }
        if (unshared) {
            abandoned = true;
            readers.forEach(Reader::denySharing);
        }
        head = received;
    }

    /** Copies; the bytes stay the caller's. Readers are told by {@link #wakeReaders}. */
    void append(ByteBuf borrowed) {
        long end = available;
        while (borrowed.isReadable()) {
            int index = (int) (end / chunkSize);
            ByteBuf chunk = chunk(index, end);
            int size = Math.min(borrowed.readableBytes(), chunk.writableBytes());
            chunk.writeBytes(borrowed, size);
            end += size;
        }
        available = end;
    }

    private ByteBuf chunk(int index, long end) {
        @Nullable ByteBuf[] now = present(chunks);
        if (index >= now.length) {
            now = Arrays.copyOf(now, now.length * 2);
            chunks = now;
        }
        ByteBuf chunk = now[index];
        if (chunk == null) {
            Head known = head;
            long rest = known == null ? Long.MAX_VALUE : known.length().orElse(Long.MAX_VALUE) - end;
            // A body longer than its announced length does not get past the codec.
            int size = (int) Math.max(1, Math.min(chunkSize, rest));
            chunk = UnpooledByteBufAllocator.DEFAULT.directBuffer(size, size);
            allocate(size);
            now[index] = chunk;
        }
        return chunk;
    }

    private synchronized void allocate(int size) {
        allocated += size;
        uncached.add(size);
    }

    private static @Nullable ByteBuf[] present(@Nullable ByteBuf @Nullable [] array) {
        if (array == null) {
            throw new IllegalStateException("the object was freed while it was in use");
        }
        return array;
    }

    /** @param processed what was made of the body */
    synchronized void completeAs(FetchPlan.Processed processed) {
        made = processed.product();
        madeBytes = processed.bytes();
        state = State.COMPLETE;
    }

    void fail(@Nullable OriginFailure why) {
        synchronized (this) {
            if (state != State.FILLING) {
                return;
            }
            failure = why;
            state = State.FAILED;
        }
        wakeReaders();
    }

    /** From now on no reader joins, and what every reader has read is freed. */
    synchronized void passOn() {
        passing = true;
    }

    synchronized boolean isPassing() {
        return passing;
    }

    /** How many bytes the slowest reader has not taken yet; what all have taken is let go of. */
    synchronized long dropWhatAllHaveRead() {
        long slowest = available;
        for (Reader reader : readers) {
            slowest = Math.min(slowest, reader.position());
        }
        @Nullable ByteBuf[] now = present(chunks);
        while ((firstChunk + 1L) * chunkSize <= slowest) {
            ByteBuf done = now[firstChunk];
            if (done != null) {
                allocated -= done.capacity();
                uncached.add(-done.capacity());
                done.release();
                now[firstChunk] = null;
            }
            firstChunk++;
        }
        return available - slowest;
    }

    /** Those that hold the others up: they have not taken a byte of what the fastest have taken long ago. */
    synchronized List<Reader> laggards() {
        long fastest = 0;
        long slowest = Long.MAX_VALUE;
        for (Reader reader : readers) {
            fastest = Math.max(fastest, reader.position());
            slowest = Math.min(slowest, reader.position());
        }
        if (fastest == slowest) {
            return List.of();
        }
        long last = slowest;
        return readers.stream().filter(reader -> reader.position() == last).toList();
    }

    /** Readers that have taken nothing for so long of what is available. */
    synchronized List<Reader> stalled(long now, long nanos) {
        if (readWhole && state == State.FILLING) {
            return List.of();
        }
        long end = available;
        return readers.stream()
                .filter(reader -> reader.position() < end && now - reader.movedNanos() > nanos)
                .toList();
    }

    synchronized long allocated() {
        return allocated;
    }

    /** From now on the cache counts its bytes. */
    synchronized void enteredCache() {
        inCache = true;
        uncached.add(-allocated);
        uncached.ended(this);
    }

    /** Readers may hold it still. */
    synchronized void leftCache() {
        inCache = false;
        uncached.add(allocated);
        uncached.begun(this);
    }

    void wakeReaders() {
        List<Reader> all;
        synchronized (this) {
            all = List.copyOf(readers);
        }
        all.forEach(Reader::wake);
    }

    // The readers' side.

    /** @return false when it is too late to join: ask again */
    synchronized boolean attach(Reader reader) {
        if (freed || abandoned || (passing && firstChunk > 0) || state == State.FAILED) {
            return false;
        }
        holders++;
        readers.add(reader);
        return true;
    }

    /** The reader wants no more; the last one who leaves an unfinished object ends its fetch. */
    void detach(Reader reader) {
        Fetch unwanted = null;
        synchronized (this) {
            if (!readers.remove(reader)) {
                return;
            }
            if (readers.isEmpty() && state == State.FILLING) {
                abandoned = true;
                unwanted = fetch;
            }
        }
        if (unwanted != null) {
            unwanted.abandon();
        } else {
            moved();
        }
        release();
    }

    /** A reader's position went on. */
    void moved() {
        Fetch running = fetch;
        if (running != null) {
            running.readerMoved();
        }
    }

    /** Bytes from a position on, at most so many and perhaps fewer; the caller owns them. Only for what is {@link #available}. */
    ByteBuf slice(long position, int atMost) {
        int index = (int) (position / chunkSize);
        int offset = (int) (position % chunkSize);
        ByteBuf chunk = present(chunks)[index];
        if (chunk == null) {
            throw new IllegalStateException("byte " + position + " was let go of");
        }
        long here = Math.min(chunk.capacity() - offset, available - position);
        return chunk.retainedSlice(offset, (int) Math.min(here, atMost));
    }

    /** The whole body of a complete object, copied onto the heap. */
    public byte[] bytes() {
        byte[] all = new byte[(int) available];
        int at = 0;
        while (at < all.length) {
            ByteBuf part = slice(at, all.length - at);
            int size = part.readableBytes();
            part.readBytes(all, at, size);
            part.release();
            at += size;
        }
        return all;
    }

    synchronized boolean retain() {
        if (freed) {
            return false;
        }
        holders++;
        return true;
    }

    void release() {
        synchronized (this) {
            if (--holders > 0) {
                return;
            }
            freed = true;
            if (!inCache) {
                uncached.add(-allocated);
                uncached.ended(this);
            }
            @Nullable ByteBuf[] last = present(chunks);
            chunks = null;
            for (ByteBuf chunk : last) {
                if (chunk != null) {
                    chunk.release();
                }
            }
        }
    }

    /** What it costs to keep. */
    int weight() {
        Head known = head;
        long headBytes = known == null ? 0 : known.bytes();
        return (int) Math.min(Integer.MAX_VALUE / 2, allocated + madeBytes + headBytes + OVERHEAD_BYTES);
    }
}
