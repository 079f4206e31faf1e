package io.millrace.worker.net.memory;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.util.Optional;

/** The worker holds too much for peers that do not read, and this connection was the worst of them: it is closed. */
public final class OverBudgetException extends IOException {

    private static final long serialVersionUID = 1;

    private static final AttributeKey<OverBudgetException> KEY =
            AttributeKey.valueOf(OverBudgetException.class, "over-budget");

    OverBudgetException(String message) {
        super(message);
    }

    void report(Channel channel) {
        channel.attr(KEY).set(this);
        channel.pipeline().fireExceptionCaught(this);
    }

    /** Why that connection was closed, if this is why. */
    public static Optional<OverBudgetException> of(Channel channel) {
        return Optional.ofNullable(channel.attr(KEY).get());
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
