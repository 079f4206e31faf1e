package io.millrace.worker.http.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Endpoint;
import io.millrace.model.Transport;
import io.millrace.model.wire.OriginObservation.Failure;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PooledOriginHttpTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final NioEventLoopGroup group = new NioEventLoopGroup(1);
    private final EventLoop loop = group.next();
    private final AtomicInteger connections = new AtomicInteger();
    /** What each request is answered with; what ends with a bar is followed by a close. */
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();

    private final PooledOriginHttp http = new PooledOriginHttp(
            new OriginHttpSettings(Duration.ofSeconds(2), Duration.ofSeconds(5), 4),
            (eventLoop, timeout) -> new Bootstrap().group(eventLoop).channel(NioSocketChannel.class));
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final Queue<String> lengths = new ConcurrentLinkedQueue<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            while (true) {
                int length = 0;
                String line = in.readLine();
                while (line != null && !line.isEmpty()) {
                    if (line.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
                        length = Integer.parseInt(line.substring("content-length: ".length()));
                        lengths.add(line);
                    }
                    line = in.readLine();
                }
                if (line == null) {
                    return;
                }
                char[] body = new char[length];
                for (int at = 0; at < length; at++) {
                    body[at] = (char) in.read();
                }
                bodies.add(new String(body));
                String answer = answers.poll();
                if (answer == null || answer.equals("|")) {
                    return;
                }
                boolean close = answer.endsWith("|");
                String text = close ? answer.substring(0, answer.length() - 1) : answer;
                socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
                if (close) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client went away.
        }
    }

    private static final class Received implements OriginHttp.Receiver {
        final CompletableFuture<String> outcome = new CompletableFuture<>();
        final StringBuilder body = new StringBuilder();

        @Nullable
        HttpResponseStatus status;

        @Override
        public void head(HttpResponseStatus received, HttpHeaders headers) {
            status = received;
        }

        @Override
        public void body(ByteBuf piece) {
            body.append(piece.toString(StandardCharsets.UTF_8));
            piece.release();
        }

        @Override
        public void readComplete() {}

        @Override
        public void end() {
            outcome.complete("end " + status + " " + body);
        }

        @Override
        public void failed(OriginFailure failure, boolean beforeHead) {
            outcome.complete(failure.failure() + (beforeHead ? " before" : " after"));
        }
    }

    private Received ask(HttpMethod method, Duration silent, int port) {
        return ask(new OriginHttp.Ask(method, "/x?y=1", new DefaultHttpHeaders().set("host", "h"), silent), port);
    }

    private Received ask(OriginHttp.Ask ask, int port) {
        Received received = new Received();
        loop.execute(() -> http.send(loop, new Endpoint(Transport.TCP, "127.0.0.1", port), ask, received));
        return received;
    }

    @Test
    void sendsTheBodyWithItsLengthAndLeavesItAsItIs() {
        ByteBuffer body = ByteBuffer.wrap("v=0\r\n".getBytes(StandardCharsets.UTF_8));
        answers.add("HTTP/1.1 201 Created\r\ncontent-length: 1\r\n\r\na");
        OriginHttp.Ask post =
                new OriginHttp.Ask(HttpMethod.POST, "/x", new DefaultHttpHeaders().set("host", "h"), body, SOON);

        assertThat(ask(post, server.getLocalPort())
                        .outcome
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join())
                .isEqualTo("end 201 Created a");

        assertThat(bodies).containsExactly("v=0\r\n");
        assertThat(body.remaining()).isEqualTo(5);
    }

    @Test
    void saysTheLengthOfNothingOnlyWhereABodyIsUsual() {
        answers.add("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        answers.add("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        ask(HttpMethod.PATCH, SOON, server.getLocalPort())
                .outcome
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        ask(HttpMethod.DELETE, SOON, server.getLocalPort())
                .outcome
                .orTimeout(10, TimeUnit.SECONDS)
                .join();

        assertThat(lengths).containsExactly("content-length: 0");
    }

    private String outcome() {
        return ask(HttpMethod.GET, SOON, server.getLocalPort())
                .outcome
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "HTTP/1.1 200 OK~content-length: 3~~abc ; end 200 OK abc",
                "HTTP/1.1 200 OK~transfer-encoding: chunked~~2~ab~1~c~0~~ ; end 200 OK abc",
                "HTTP/1.1 200 OK~connection: close~~abc| ; end 200 OK abc",
                "HTTP/1.0 200 OK~~abc| ; end 200 OK abc",
                "HTTP/1.1 204 No Content~~ ; end 204 No Content",
                "HTTP/1.1 100 Continue~~HTTP/1.1 404 Not Found~content-length: 1~~x ; end 404 Not Found x",
                "HTTP/1.1 200 OK~content-length: 9~~abc| ; RESET after",
                "HTTP/1.1 200 OK~transfer-encoding: chunked~~2~ab~| ; RESET after",
                "HTTP/1.1 200 OK~transfer-encoding: chunked~~zz~ab~ ; PROTOCOL after",
                "SSH-2.0-OpenSSH~~| ; PROTOCOL before",
                "| ; RESET before",
            })
    void hearsTheAnswerToItsEndOrWhyThereIsNone(String answer, String expected) {
        answers.add(answer.replace("~", "\r\n"));
        assertThat(outcome().strip()).isEqualTo(expected);
    }

    @Test
    void keepsTheConnectionForTheNext() {
        for (int i = 0; i < 5; i++) {
            answers.add("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n" + i);
            assertThat(outcome()).endsWith(Integer.toString(i));
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void asksAgainWhenTheKeptConnectionWasDead() {
        answers.add("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1");
        assertThat(outcome()).endsWith("1");
        // The second request is read and answered by a close; the third connection answers.
        answers.add("|");
        answers.add("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n2");
        assertThat(outcome()).endsWith("2");
        assertThat(connections).hasValue(2);
    }

    @Test
    void saysThatNothingListens() throws IOException {
        // Bound, so that nothing else listens there meanwhile.
        try (SocketChannel taken = SocketChannel.open()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(ask(HttpMethod.GET, SOON, taken.socket().getLocalPort())
                            .outcome
                            .orTimeout(10, TimeUnit.SECONDS)
                            .join())
                    .isEqualTo(Failure.REFUSED + " before");
        }
    }

    @Test
    void doesNotWaitForASilentOrigin() {
        answers.add("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
        Received received = ask(HttpMethod.GET, Duration.ofMillis(200), server.getLocalPort());
        assertThat(received.outcome.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("TIMEOUT after");
    }

    @Test
    void anAnswerToHeadHasNoBody() {
        answers.add("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        answers.add("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx");
        assertThat(ask(HttpMethod.HEAD, SOON, server.getLocalPort())
                        .outcome
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join())
                .isEqualTo("end 200 OK ");
        assertThat(outcome()).isEqualTo("end 200 OK x");
        assertThat(connections).hasValue(1);
    }

    @Test
    void onceCancelledNothingIsHeard() {
        answers.add("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
        Received received = new Received();
        CompletableFuture<OriginHttp.Call> call = new CompletableFuture<>();
        loop.execute(() -> call.complete(http.send(
                loop,
                new Endpoint(Transport.TCP, "127.0.0.1", server.getLocalPort()),
                new OriginHttp.Ask(HttpMethod.GET, "/", new DefaultHttpHeaders().set("host", "h"), SOON),
                received)));
        await().atMost(SOON).until(() -> received.body.length() == 3);
        loop.submit(() -> call.join().cancel()).syncUninterruptibly();
        answers.add("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx");
        assertThat(outcome()).isEqualTo("end 200 OK x");
        assertThat(received.outcome).isNotDone();
    }
}
