package io.millrace.control.store.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection that all requests go over, one after the other, and a client of its own for it: closing that gets rid of a socket
 * on which nothing moves any more, and of what the client knew of Sentinels and Cluster slots. Any thread.
 */
final class Link implements AutoCloseable {

    /** How long an answer is waited for. */
    static final Duration PATIENCE = Duration.ofMillis(700);

    /** For a connection, with TLS and all that is said before the first request. */
    static final long CONNECT_MILLIS = 1500;

    private static final int LATE = -1;

    private final Redis client;
    private final RedisConnection connection;
    private final ServerTime serverTime = new ServerTime();

    private Link(Redis client, RedisConnection connection) {
        this.client = client;
        this.connection = connection;
    }

    /** @param whenOver gets the reason when the connection ends by itself; on a thread of the client */
    static Link open(Supplier<Redis> clients, Consumer<String> whenOver) throws AwayException {
        Redis client = newClient(clients);
        try {
            RedisConnection connection = await(client.connect(), CONNECT_MILLIS, "cannot be reached");
            connection.endHandler(end -> whenOver.accept("the connection was closed"));
            connection.exceptionHandler(e -> whenOver.accept("the connection failed: " + e.getMessage()));
            return new Link(client, connection);
        } catch (AwayException e) {
            client.close();
            throw e;
        }
    }

    static Redis newClient(Supplier<Redis> clients) throws AwayException {
        try {
            return clients.get();
        } catch (RuntimeException e) {
            throw new AwayException("the client cannot be made: " + e.getMessage());
        }
    }

    /**
     * Runs a script. One that reaches the server after its asker has given up does nothing there.
     *
     * @param arguments texts and arrays of bytes
     */
    Answer run(Script script, Keys keys, List<?> arguments) throws AwayException {
        Answer answer = attempt(script, keys, arguments);
        if (answer.code() == LATE) {
            // It came in time, so the server's clock was set; what it shows now is known by this answer, and nothing
            // was done.
            answer = attempt(script, keys, arguments);
        }
        if (answer.code() == LATE) {
            throw new AwayException("its clock jumps, or requests reach it late");
        }
        return answer;
    }

    private Answer attempt(Script script, Keys keys, List<?> arguments) throws AwayException {
        long askedAt = nowMillis();
        long lastMoment = serverTime.at(askedAt);
        long notAfter = lastMoment == 0 ? 0 : lastMoment + PATIENCE.toMillis();
        @Nullable Response response;
        try {
            response = send(eval(Command.EVALSHA, script.sha(), keys, notAfter, arguments));
        } catch (AwayException e) {
            if (!e.why().startsWith("NOSCRIPT")) {
                throw e;
            }
            response = send(eval(Command.EVAL, script.text(), keys, notAfter, arguments));
        }
        Answer answer = Answer.of(response);
        serverTime.answered(askedAt, nowMillis(), answer.serverMillis());
        return answer;
    }

    /** Null where the server answers that there is nothing. */
    @Nullable
    Response send(Request request) throws AwayException {
        return Link.<@Nullable Response>await(connection.send(request), PATIENCE.toMillis(), "does not answer");
    }

    private static Request eval(Command command, String script, Keys keys, long notAfter, List<?> arguments) {
        Request request = Request.cmd(command).arg(script).arg(keys.names().size());
        keys.names().forEach(request::arg);
        request.arg(keys.channel()).arg(notAfter);
        for (Object argument : arguments) {
            if (argument instanceof byte[] bytes) {
                request.arg(bytes);
            } else {
                request.arg(argument.toString());
            }
        }
        return request;
    }

    static <T extends @Nullable Object> T await(Future<T> future, long millis, String otherwise) throws AwayException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AwayException(otherwise + " within " + millis + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AwayException("waiting for it was interrupted");
        } catch (ExecutionException e) {
            throw new AwayException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        }
    }

    private static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public void close() {
        connection.endHandler(null);
        connection.exceptionHandler(null);
        client.close();
    }
}
