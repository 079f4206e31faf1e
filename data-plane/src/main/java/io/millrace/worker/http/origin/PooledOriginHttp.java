package io.millrace.worker.http.origin;

import io.millrace.model.Endpoint;
import io.millrace.worker.net.dial.DialFailure;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * Asks over connections of the caller's own event loop. A request takes an idle connection where there is one; if that turns out to be
 * closed before any byte of the answer, it goes out once more on a new one.
 */
public final class PooledOriginHttp implements OriginHttp {

    private static final int MAX_INITIAL_LINE = 16 * 1024;
    private static final int MAX_HEAD = 64 * 1024;
    private static final int MAX_PIECE = 64 * 1024;

    private final OriginHttpSettings settings;
    private final BiFunction<EventLoop, Duration, Bootstrap> connector;
    private final ConcurrentHashMap<EventLoop, IdleConnections> idle = new ConcurrentHashMap<>();

    /** @param connector makes the bootstrap of a connection out of a loop with a time-out: {@code EventLoops::client} */
    public PooledOriginHttp(OriginHttpSettings settings, BiFunction<EventLoop, Duration, Bootstrap> connector) {
        this.settings = settings;
        this.connector = connector;
    }

    @Override
    public Call send(EventLoop loop, Endpoint origin, Ask ask, Receiver receiver) {
        OriginCall call = new OriginCall(loop, origin, ask, receiver, this::dial);
        OriginConnection kept =
                ask.method().equals(HttpMethod.GET) || ask.method().equals(HttpMethod.HEAD)
                        ? pool(loop).take(origin)
                        // An answer that fails to come does not say whether the origin has acted: nothing else may go
                        // out twice.
                        : null;
        if (kept == null) {
            dial(call);
        } else {
            call.sendOn(kept, true);
        }
        return call;
    }

    private IdleConnections pool(EventLoop loop) {
        return idle.computeIfAbsent(loop, owner -> new IdleConnections(owner, settings));
    }

    private void dial(OriginCall call) {
        OriginConnection connection = new OriginConnection(call.origin(), pool(call.loop()));
        ChannelFuture connecting = connector
                .apply(call.loop(), settings.connectTimeout())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(codec(), connection);
                    }
                })
                .connect(call.origin().host(), call.origin().port());
        call.dialling(connecting.channel());
        connecting.addListener(future -> {
            if (future.isSuccess()) {
                call.sendOn(connection, false);
            } else {
                call.connectFailed(
                        new OriginFailure(DialFailure.of(future.cause()), DialFailure.detail(future.cause())));
            }
        });
    }

    private static HttpClientCodec codec() {
        HttpDecoderConfig limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_INITIAL_LINE)
                .setMaxHeaderSize(MAX_HEAD)
                .setMaxChunkSize(MAX_PIECE)
                // What goes on in a header of ours or theirs is checked where it is used; names and values from the
                // wire must be clean.
                .setValidateHeaders(true);
        return new HttpClientCodec(limits, false, false);
    }
}
