package io.millrace.worker.http;

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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request without a connection; what is answered is gathered. */
public final class TestExchange implements Exchange {

    private final Channel channel = new LocalChannel();
    private final Request request;
    private final CompletableFuture<String> outcome = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    public volatile @Nullable HttpResponseStatus status;
    private volatile HttpHeaders answered = new DefaultHttpHeaders();
    private volatile boolean slow;
    private volatile long received;
    private @Nullable Runnable gone;
    private @Nullable Runnable writable;

    public TestExchange(EventLoop loop, HttpMethod method, String target, String ip, String... namesAndValues) {
        loop.register(channel).syncUninterruptibly();
        int mark = target.indexOf('?');
        HttpHeaders sent = new DefaultHttpHeaders().set("host", "media.example:8080");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equals("host")) {
                sent.remove("host");
            }
            sent.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        if (!sent.contains("user-agent")) {
            sent.set("user-agent", "test");
        }
        request = new Request(
                method,
                HttpVersion.HTTP_1_1,
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? "" : target.substring(mark + 1),
                sent.get("host"),
                sent,
                new Request.Client(ip, ip + ":5000", false),
                Optional.of(0L));
    }

    /** Runs the service on the exchange's own loop. */
    public TestExchange through(HttpService service) {
        channel.eventLoop().execute(() -> service.serve(this));
        return this;
    }

    /** Waits for the end: {@code end}, {@code abort} or {@code gone}, and for what the service does right after it. */
    public String outcome() {
        String how = outcome.orTimeout(20, TimeUnit.SECONDS).join();
        channel.eventLoop().submit(() -> {}).syncUninterruptibly();
        return how;
    }

    public int code() {
        outcome();
        return status == null ? 0 : status.code();
    }

    /** Of the answer, once it is complete. */
    public HttpHeaders headers() {
        outcome();
        return answered;
    }

    public byte[] bytes() {
        outcome();
        synchronized (bytes) {
            return bytes.toByteArray();
        }
    }

    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    public long received() {
        return received;
    }

    public boolean isDone() {
        return outcome.isDone();
    }

    /** The client takes nothing more until it is fast again. */
    public TestExchange slow(boolean value) {
        slow = value;
        if (!value) {
            channel.eventLoop().execute(() -> {
                if (writable != null) {
                    writable.run();
                }
            });
        }
        return this;
    }

    public void hangUp() {
        channel.eventLoop().execute(() -> {
            if (outcome.complete("gone") && gone != null) {
                gone.run();
            }
        });
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
    public void answer(HttpResponseStatus code, HttpHeaders sent, ByteBuf body) {
        take(body);
        status = code;
        answered = sent;
        outcome.complete("end");
    }

    private void take(ByteBuf body) {
        synchronized (bytes) {
            byte[] copy = new byte[body.readableBytes()];
            body.readBytes(copy);
            bytes.writeBytes(copy);
            received += copy.length;
        }
        body.release();
    }

    @Override
    public void refuse(HttpResponseStatus refused, String words) {
        status = refused;
        outcome.complete("end");
    }

    @Override
    public Body begin(HttpResponseStatus code, HttpHeaders sent) {
        status = code;
        answered = sent;
        return new Body() {
            @Override
            public void write(ByteBuf piece) {
                take(piece);
            }

            @Override
            public void flush() {}

            @Override
            public boolean isWritable() {
                return !slow;
            }

            @Override
            public void onWritable(Runnable listener) {
                writable = listener;
            }

            @Override
            public void end() {
                outcome.complete("end");
            }

            @Override
            public void abort() {
                outcome.complete("abort");
            }
        };
    }

    @Override
    public void onBody(Consumer<ByteBuf> piece, Runnable end) {
        end.run();
    }

    @Override
    public void onClientGone(Runnable listener) {
        gone = listener;
    }

    @Override
    public boolean canSwitch() {
        return false;
    }

    @Override
    public void switchTo(HttpResponseStatus code, HttpHeaders sent, ChannelHandler handler) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOver() {
        return outcome.isDone();
    }
}
