package io.millrace.worker.http;

import io.millrace.model.Endpoint;
import io.millrace.worker.http.origin.OriginFailure;
import io.millrace.worker.http.origin.OriginHttp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Origins without a network: every request is kept, and answered when the test wants it. */
public final class TestOrigin implements OriginHttp {

    public final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Consumer<Asked>> scripts = new ConcurrentLinkedQueue<>();
    private volatile Consumer<Asked> usual = one -> {};

    /** One request. Its methods may be called by any thread. */
    public static final class Asked implements Call {
        public final Endpoint endpoint;
        public final Ask ask;
        public volatile boolean cancelled;
        public volatile boolean paused;
        private final EventLoop loop;
        private final Receiver receiver;

        Asked(EventLoop loop, Endpoint endpoint, Ask ask, Receiver receiver) {
            this.loop = loop;
            this.endpoint = endpoint;
            this.ask = ask;
            this.receiver = receiver;
        }

        public Asked head(int status, String... namesAndValues) {
            HttpHeaders headers = new DefaultHttpHeaders();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                headers.add(namesAndValues[i], namesAndValues[i + 1]);
            }
            run(() -> receiver.head(HttpResponseStatus.valueOf(status), headers));
            return this;
        }

        public Asked body(byte[] bytes) {
            run(() -> {
                ByteBuf piece = ByteBufAllocator.DEFAULT.buffer(bytes.length).writeBytes(bytes);
                receiver.body(piece);
                receiver.readComplete();
            });
            return this;
        }

        public Asked end() {
            run(receiver::end);
            return this;
        }

        public void fail(OriginFailure failure, boolean beforeHead) {
            run(() -> receiver.failed(failure, beforeHead));
        }

        public void answer(int status, String type, byte[] bytes) {
            head(status, "content-type", type, "content-length", Integer.toString(bytes.length))
                    .body(bytes)
                    .end();
        }

        public void answer(int status, String type, String text) {
            answer(status, type, text.getBytes(StandardCharsets.UTF_8));
        }

        private void run(Runnable event) {
            loop.execute(() -> {
                if (!cancelled) {
                    event.run();
                }
            });
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public void pause(boolean stop) {
            paused = stop;
        }
    }

    /** How the next request is met. */
    public void next(Consumer<Asked> script) {
        scripts.add(script);
    }

    /** How requests are met that no other script waits for. */
    public void usually(Consumer<Asked> script) {
        usual = script;
    }

    @Override
    public Call send(EventLoop loop, Endpoint origin, Ask ask, Receiver receiver) {
        Asked one = new Asked(loop, origin, ask, receiver);
        asked.add(one);
        Consumer<Asked> script = scripts.poll();
        (script == null ? usual : script).accept(one);
        return one;
    }
}
