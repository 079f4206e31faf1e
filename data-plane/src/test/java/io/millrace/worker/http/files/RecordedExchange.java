package io.millrace.worker.http.files;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.Request;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client as a service sees it, on an event loop of its own; how fast it takes a body is up to the test. */
final class RecordedExchange implements Exchange {

    private final Request request;
    private final Channel channel = new LocalChannel();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final CompletableFuture<HttpResponseStatus> head = new CompletableFuture<>();
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    private HttpHeaders headers = new DefaultHttpHeaders();
    private Runnable clientGone = () -> {};
    private Runnable writable = () -> {};
    private boolean takesNothing;
    private @Nullable String wrongThread;

    RecordedExchange(EventLoop loop, HttpMethod method, String path, String... headerNamesAndValues) {
        HttpHeaders sent = new DefaultHttpHeaders();
        for (int i = 0; i < headerNamesAndValues.length; i += 2) {
            sent.add(headerNamesAndValues[i], headerNamesAndValues[i + 1]);
        }
        int question = path.indexOf('?');
        this.request = new Request(
                method,
                HttpVersion.HTTP_1_1,
                question < 0 ? path : path.substring(0, question),
                question < 0 ? "" : path.substring(question + 1),
                "localhost",
                sent,
                new Request.Client("127.0.0.1", "127.0.0.1:5", false),
                Optional.of(0L));
        loop.register(channel).syncUninterruptibly();
    }

    /** From now on the body is never writable. */
    void takeNothing() {
        channel.eventLoop().submit(() -> takesNothing = true).syncUninterruptibly();
    }

    void takeAll() {
        channel.eventLoop().execute(() -> {
            takesNothing = false;
            writable.run();
        });
    }

    void leave() {
        channel.eventLoop().execute(() -> {
            end.complete(false);
            clientGone.run();
        });
    }

    void serveWith(FileService service) {
        channel.eventLoop().execute(() -> service.serve(this));
    }

    HttpResponseStatus awaitStatus() throws Exception {
        return head.get(10, TimeUnit.SECONDS);
    }

    /** @return whether the answer was completed; false when it was cut off or the client left */
    boolean awaitEnd(Duration limit) throws Exception {
        return end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Nullable
    String wrongThread() {
        return wrongThread;
    }

    HttpHeaders headers() {
        return headers;
    }

    byte[] content() {
        return channel.eventLoop()
                .submit(content::toByteArray)
                .syncUninterruptibly()
                .getNow();
    }

    String text() {
        return new String(content(), StandardCharsets.UTF_8);
    }

    private void onLoop() {
        if (!channel.eventLoop().inEventLoop()) {
            wrongThread = Thread.currentThread().getName();
        }
    }

    private void take(ByteBuf bytes) {
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.readBytes(copy);
        bytes.release();
        content.writeBytes(copy);
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public void answer(HttpResponseStatus status, HttpHeaders answered, ByteBuf body) {
        onLoop();
        headers = answered;
        take(body);
        head.complete(status);
        end.complete(true);
    }

    @Override
    public void refuse(HttpResponseStatus status, String message) {
        onLoop();
        content.writeBytes(message.getBytes(StandardCharsets.UTF_8));
        head.complete(status);
        end.complete(true);
    }

    @Override
    public Body begin(HttpResponseStatus status, HttpHeaders answered) {
        onLoop();
        headers = answered;
        head.complete(status);
        return new RecordedBody();
    }

    @Override
    public void onBody(Consumer<ByteBuf> piece, Runnable whole) {
        throw new UnsupportedOperationException("no file service asks for it");
    }

    @Override
    public void onClientGone(Runnable listener) {
        clientGone = listener;
    }

    @Override
    public boolean isOver() {
        return end.isDone();
    }

    @Override
    public boolean canSwitch() {
        return false;
    }

    @Override
    public void switchTo(HttpResponseStatus status, HttpHeaders answered, ChannelHandler handler) {
        throw new UnsupportedOperationException("no file service does");
    }

    private final class RecordedBody implements Body {

        @Override
        public void write(ByteBuf bytes) {
            onLoop();
            take(bytes);
        }

        @Override
        public void flush() {
            onLoop();
        }

        @Override
        public boolean isWritable() {
            return !takesNothing;
        }

        @Override
        public void onWritable(Runnable listener) {
            writable = listener;
        }

        @Override
        public void end() {
            onLoop();
            end.complete(true);
        }

        @Override
        public void abort() {
            onLoop();
            end.complete(false);
        }
    }
}
