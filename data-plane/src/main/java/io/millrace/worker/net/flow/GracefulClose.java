package io.millrace.worker.net.flow;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Closes a connection after its peer got what was written last. */
public final class GracefulClose {

    /** How long a peer gets to read that. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private GracefulClose() {}

    /** What is still on its way gets there, unless the other side does not read it in time. */
    public static void afterFlush(Channel channel) {
        if (!channel.isActive()) {
            if (channel.isOpen()) {
                channel.close();
            }
            return;
        }
        Reading.of(channel).discard();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        ScheduledFuture<?> force =
                channel.eventLoop().schedule(() -> channel.close(), LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> force.cancel(false));
    }
}
