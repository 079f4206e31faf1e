package io.millrace.control.store.redis;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connection over which the server tells of changes, with a client of its own; nothing else is ever sent over it. */
final class Subscription implements AutoCloseable {

    private final Redis client;
    private final RedisConnection connection;

    private Subscription(Redis client, RedisConnection connection) {
        this.client = client;
        this.connection = connection;
    }

    /**
     * Returns when the server has confirmed it.
     *
     * @param message gets channel and content, on a thread of the client
     * @param whenOver gets the reason when the connection ends by itself, on a thread of the client
     */
    static Subscription open(
            Supplier<Redis> clients, String channels, BiConsumer<String, byte[]> message, Consumer<String> whenOver)
            throws AwayException {
        Redis client = Link.newClient(clients);
        try {
            RedisConnection connection =
                    Link.await(client.connect(), Link.CONNECT_MILLIS, "cannot be reached for notices");
            CompletableFuture<Boolean> confirmed = new CompletableFuture<>();
            connection.handler(push -> receive(push, message, confirmed));
            connection.endHandler(end -> whenOver.accept("the connection for notices was closed"));
            connection.exceptionHandler(e -> whenOver.accept("the connection for notices failed: " + e.getMessage()));
            var _ = Link.<@Nullable Response>await(
                    connection.send(Request.cmd(Command.PSUBSCRIBE).arg(channels)),
                    Link.PATIENCE.toMillis(),
                    "takes no subscription");
            Link.await(
                    io.vertx.core.Future.fromCompletionStage(confirmed),
                    Link.PATIENCE.toMillis(),
                    "confirms no subscription");
            return new Subscription(client, connection);
        } catch (AwayException e) {
            client.close();
            throw e;
        }
    }

    private static void receive(
            Response push, BiConsumer<String, byte[]> message, CompletableFuture<Boolean> confirmed) {
        if (push == null) {
            return;
        }
        switch (push.type()) {
            case ERROR -> confirmed.completeExceptionally(new AwayException(push.toString()));
            case MULTI, PUSH -> {
                String kind = push.size() == 0 ? "" : push.get(0).toString();
                if (kind.equals("psubscribe")) {
                    confirmed.complete(true);
                } else if (kind.equals("pmessage") && push.size() == 4) {
                    Buffer content = push.get(3).toBuffer();
                    message.accept(push.get(2).toString(), content.getBytes());
                }
            }
            default -> {}
        }
    }

    @Override
    public void close() {
        connection.endHandler(null);
        connection.exceptionHandler(null);
        connection.handler(null);
        client.close();
    }
}
