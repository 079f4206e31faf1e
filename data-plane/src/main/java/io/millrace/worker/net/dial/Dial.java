package io.millrace.worker.net.dial;

import io.millrace.model.Endpoint;
import io.millrace.model.Origin;
import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.telemetry.OriginMetrics;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one attempt to reach an origin: measures how long it takes, limits how long the origin may take to answer, and
 * reports at most one failure, none after {@link #end}. On the event loop of the session.
 */
public final class Dial {

    private final Protocol protocol;
    private final Origin origin;
    private final OriginMetrics metrics;
    private final InstantSource clock;
    private final Consumer<OriginObservation> failed;
    private final long beganNanos = System.nanoTime();
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean over;

    /** @param failed called at most once, when the connection is closed: another origin may do */
    public Dial(
            Protocol protocol,
            Origin origin,
            OriginMetrics metrics,
            InstantSource clock,
            Consumer<OriginObservation> failed) {
        this.protocol = protocol;
        this.origin = origin;
        this.metrics = metrics;
        this.clock = clock;
        this.failed = failed;
    }

    /**
     * Begins to connect.
     *
     * @param client with options and handlers of the caller's own
     * @param loop the loop of that bootstrap
     */
    public ChannelFuture connect(Bootstrap client, EventLoop loop, Endpoint endpoint) {
        ChannelFuture connecting = client.connect(endpoint.host(), endpoint.port());
        channel = connecting.channel();
        connecting.addListener(future -> {
            if (future.isSuccess()) {
                return;
            }
            Throwable cause = future.cause();
            // The future of a socket that could not be created completes on another thread.
            if (loop.inEventLoop()) {
                fail(cause);
            } else {
                loop.execute(() -> fail(cause));
            }
        });
        return connecting;
    }

    private void fail(Throwable cause) {
        fail(DialFailure.of(cause), DialFailure.detail(cause));
    }

    /** Available once {@link #connect} returned. */
    public Channel channel() {
        if (channel == null) {
            throw new IllegalStateException("not connecting yet");
        }
        return channel;
    }

    /** The origin has accepted the connection: counts how long that took. */
    public void connected() {
        metrics.connected(protocol, elapsed());
    }

    /** Runs something unless the origin answers in time; in place of an earlier limit. */
    public void awaitAnswer(Duration limit, Runnable missed) {
        answered();
        if (!over) {
            deadline = channel().eventLoop().schedule(missed, limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** No answer is awaited now. */
    public void answered() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    /** Closes the connection and reports that; only the first call counts. */
    public void fail(Failure failure, String detail) {
        if (over) {
            return;
        }
        cancel();
        metrics.failed(protocol, failure, elapsed());
        failed.accept(observation(failure, detail));
    }

    /** What this attempt has seen of the origin. */
    public OriginObservation observation(Failure failure, String detail) {
        return OriginObservation.of(origin, failure, detail, clock.instant());
    }

    /** The attempt is over without a failure; the connection stays as it is. */
    public void end() {
        over = true;
        answered();
    }

    /** Ends it, closes the connection and reports nothing. */
    public void cancel() {
        end();
        if (channel != null && channel.isOpen()) {
            channel.close();
        }
    }

    /** Whether it has failed, ended or was cancelled. */
    public boolean isOver() {
        return over;
    }

    /** Since the attempt began. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }
}
