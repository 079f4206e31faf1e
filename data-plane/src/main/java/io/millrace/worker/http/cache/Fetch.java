package io.millrace.worker.http.cache;

import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.http.origin.OriginFailure;
import io.millrace.worker.http.origin.OriginHttp;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Fills one object from an origin, on one event loop. */
final class Fetch implements OriginHttp.Receiver {

    /** Of an object that is not kept, so much waits for its slowest reader. */
    private static final int WINDOW = 4 * 1024 * 1024;

    /** Likewise, where memory is short. */
    private static final int SMALL_WINDOW = 256 * 1024;

    /** A reader who makes others wait for so long is cut off. */
    private static final long LAGGARD_LIMIT_SECONDS = 10;

    private final ObjectCache cache;
    private final @Nullable CacheKey key;
    private final CachedObject object;
    private final EventLoop loop;
    private final FetchPlan plan;
    private final AtomicBoolean checkUnderWay = new AtomicBoolean();
    private OriginHttp.@Nullable Call call;
    private @Nullable ScheduledFuture<?> laggardTimer;
    private boolean paused;
    private boolean over;

    /** @param key null for one whose answer only its reader may have */
    Fetch(ObjectCache cache, @Nullable CacheKey key, CachedObject object, EventLoop loop, FetchPlan plan) {
        this.cache = cache;
        this.key = key;
        this.object = object;
        this.loop = loop;
        this.plan = plan;
    }

    void start() {
        if (!over) {
            call = cache.http().send(loop, plan.endpoint(), plan.ask(), this);
        }
    }

    /** No reader waits any more; any thread. */
    void abandon() {
        loop.execute(() -> {
            if (!over) {
                if (call != null) {
                    call.cancel();
                }
                finish();
                object.fail(null);
                object.release();
            }
        });
    }

    @Override
    public void head(HttpResponseStatus status, HttpHeaders headers) {
        plan.outcome().answered();
        Head head = Head.of(status, headers);
        int most = plan.processing().wholeBodyUpTo();
        if (most > 0 && head.length().orElse(0) > most) {
            giveUp(new OriginFailure(
                    Failure.PROTOCOL, "a playlist of " + head.length().getAsLong() + " bytes"));
            return;
        }
        // An error holds nothing that only one viewer may know: all get it alike. So no-store keeps it from being
        // kept, and no error makes every client ask on its own from then on.
        boolean isError = status.code() >= 300;
        if (most == 0 && cache.isFillingTooMuch()) {
            passOn();
        }
        boolean unshared = key != null && !isError && !CacheControl.of(headers).mayShare();
        object.publishHead(head, unshared);
        if (key != null && unshared) {
            cache.forgetFlight(key, object);
            cache.rememberUnshared(key);
        }
        if (most == 0 && head.length().orElse(0) > cache.settings().maxObjectBytes()) {
            if (key != null) {
                cache.rememberUnshared(key);
            }
            passOn();
        }
        object.wakeReaders();
    }

    private void passOn() {
        if (!object.isPassing()) {
            if (key != null) {
                cache.forgetFlight(key, object);
            }
            object.passOn();
        }
    }

    @Override
    public void body(ByteBuf piece) {
        try {
            if (over) {
                return;
            }
            object.append(piece);
        } finally {
            piece.release();
        }
        int most = plan.processing().wholeBodyUpTo();
        if (most > 0) {
            if (object.available() > most) {
                giveUp(new OriginFailure(Failure.PROTOCOL, "a playlist of more than " + most + " bytes"));
            } else if (cache.isFull()) {
                giveUp(new OriginFailure(Failure.PROTOCOL, "no memory is left for its playlist"));
            }
        } else if (object.available() > cache.settings().maxObjectBytes() || cache.isFillingTooMuch()) {
            passOn();
        }
    }

    @Override
    public void readComplete() {
        if (!over) {
            object.wakeReaders();
            keepWithinWindow();
        }
    }

    /** A reader went on, or left; any thread. */
    void readerMoved() {
        if (object.isPassing() && checkUnderWay.compareAndSet(false, true)) {
            loop.execute(() -> {
                checkUnderWay.set(false);
                keepWithinWindow();
            });
        }
    }

    /** Keeps what waits for the slowest reader within bounds. */
    private void keepWithinWindow() {
        OriginHttp.Call running = call;
        if (over || running == null || !object.isPassing()) {
            return;
        }
        long waiting = object.dropWhatAllHaveRead();
        long window = cache.isFillingTooMuch() ? SMALL_WINDOW : WINDOW;
        if (!paused && waiting > window) {
            paused = true;
            running.pause(true);
            laggardTimer = loop.schedule(this::cutOffLaggards, LAGGARD_LIMIT_SECONDS, TimeUnit.SECONDS);
        } else if (paused && waiting <= window / 2) {
            paused = false;
            running.pause(false);
            cancelLaggardTimer();
        }
    }

    private void cutOffLaggards() {
        if (!over && paused) {
            object.laggards().forEach(Reader::cutOff);
            laggardTimer = loop.schedule(this::cutOffLaggards, LAGGARD_LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void cancelLaggardTimer() {
        if (laggardTimer != null) {
            laggardTimer.cancel(false);
            laggardTimer = null;
        }
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        Head head = object.head();
        if (head == null) {
            throw new IllegalStateException("an answer without a head ended");
        }
        FetchPlan.Processed processed = plan.processing().of(head, object);
        over = true;
        cancelLaggardTimer();
        object.completeAs(processed);
        cache.completed(key, object, object.isPassing() ? Duration.ZERO : processed.fresh());
        object.wakeReaders();
        object.release();
    }

    @Override
    public void failed(OriginFailure failure, boolean beforeHead) {
        if (!over) {
            plan.outcome().failed(failure, beforeHead);
            finish();
            object.fail(failure);
            object.release();
        }
    }

    private void giveUp(OriginFailure why) {
        if (call != null) {
            call.cancel();
        }
        finish();
        object.fail(why);
        object.release();
    }

    private void finish() {
        over = true;
        cancelLaggardTimer();
        cache.failed(key, object);
    }
}
