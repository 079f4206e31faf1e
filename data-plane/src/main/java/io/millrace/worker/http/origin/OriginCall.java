package io.millrace.worker.http.origin;

import io.millrace.model.Endpoint;
import io.millrace.model.wire.OriginObservation.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request from dialling to its end, on its loop. After the end, or a cancel, its receiver is not called. */
final class OriginCall implements OriginHttp.Call {

    private final EventLoop loop;
    private final Endpoint origin;
    private final OriginHttp.Ask ask;
    private final OriginHttp.Receiver receiver;
    private final Consumer<OriginCall> dialAgain;
    private @Nullable Channel dialling;
    private @Nullable OriginConnection connection;
    private @Nullable ScheduledFuture<?> silenceTimer;
    private long activeNanos;
    private boolean onKeptConnection;
    private boolean headCame;
    private boolean paused;
    private boolean over;

    OriginCall(
            EventLoop loop,
            Endpoint origin,
            OriginHttp.Ask ask,
            OriginHttp.Receiver receiver,
            Consumer<OriginCall> dialAgain) {
        this.loop = loop;
        this.origin = origin;
        this.ask = ask;
        this.receiver = receiver;
        this.dialAgain = dialAgain;
    }

    EventLoop loop() {
        return loop;
    }

    Endpoint origin() {
        return origin;
    }

    OriginHttp.Ask ask() {
        return ask;
    }

    boolean isHead() {
        return ask.method().equals(HttpMethod.HEAD);
    }

    void dialling(Channel channel) {
        dialling = channel;
    }

    void sendOn(OriginConnection ready, boolean kept) {
        dialling = null;
        if (over) {
            ready.close();
            return;
        }
        connection = ready;
        onKeptConnection = kept;
        activeNanos = System.nanoTime();
        if (silenceTimer == null) {
            watchSilence(ask.silenceLimit().toNanos());
        }
        ready.send(this);
        if (paused) {
            ready.pause(true);
        }
    }

    private void watchSilence(long nanos) {
        silenceTimer = loop.schedule(this::checkSilence, nanos, TimeUnit.NANOSECONDS);
    }

    /** Looks once per limit instead of moving a timer with every piece. */
    private void checkSilence() {
        if (over) {
            return;
        }
        long limit = ask.silenceLimit().toNanos();
        long silent = paused ? 0 : System.nanoTime() - activeNanos;
        if (silent >= limit) {
            OriginConnection unanswered = connection;
            failed(new OriginFailure(
                    Failure.TIMEOUT,
                    (headCame ? "it sent nothing more for " : "no answer within ")
                            + ask.silenceLimit().toMillis() + " ms"));
            if (unanswered != null) {
                unanswered.close();
            }
        } else {
            watchSilence(limit - silent);
        }
    }

    void head(HttpResponseStatus status, HttpHeaders headers) {
        headCame = true;
        activeNanos = System.nanoTime();
        receiver.head(status, headers);
    }

    void body(ByteBuf piece) {
        if (over) {
            piece.release();
            return;
        }
        activeNanos = System.nanoTime();
        receiver.body(piece);
    }

    void readComplete() {
        if (!over && headCame) {
            receiver.readComplete();
        }
    }

    void end() {
        if (!over) {
            finish();
            receiver.end();
        }
    }

    void connectFailed(OriginFailure failure) {
        failed(failure);
    }

    void failed(OriginFailure failure) {
        if (over) {
            return;
        }
        if (onKeptConnection && !headCame && failure.failure() == Failure.RESET) {
            // The origin closed it while it was idle; that says nothing about the request.
            connection = null;
            onKeptConnection = false;
            dialAgain.accept(this);
            return;
        }
        finish();
        receiver.failed(failure, !headCame);
    }

    private void finish() {
        over = true;
        connection = null;
        if (silenceTimer != null) {
            silenceTimer.cancel(false);
        }
    }

    @Override
    public void cancel() {
        if (over) {
            return;
        }
        OriginConnection open = connection;
        Channel opening = dialling;
        finish();
        if (open != null) {
            open.close();
        }
        if (opening != null) {
            opening.close();
        }
    }

    @Override
    public void pause(boolean stop) {
        if (over || paused == stop) {
            return;
        }
        paused = stop;
        activeNanos = System.nanoTime();
        if (connection != null) {
            connection.pause(stop);
        }
    }
}
