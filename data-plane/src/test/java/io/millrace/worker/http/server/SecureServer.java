package io.millrace.worker.http.server;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.tls.BadCertificateException;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.listen.HttpConnections;
import io.millrace.worker.http.listen.HttpEntrance;
import io.millrace.worker.http.listen.HttpListener;
import io.millrace.worker.http.listen.SecureConnections;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.net.memory.PendingBudget;
import io.millrace.worker.net.tls.TestCertificate;
import io.millrace.worker.net.tls.TlsCertificates;
import io.millrace.worker.net.tls.TlsSettings;
import io.millrace.worker.net.tls.TlsVersion;
import io.millrace.worker.settings.ListenerAddress;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** HTTPS with a service that shows what a client can make it do. */
final class SecureServer implements AutoCloseable, HttpService {

    static final int BIG = 1 << 20;

    private static final int PIECE = 16 * 1024;
    private static final ListenerAddress ANY_PORT = new ListenerAddress("127.0.0.1", 0);
    private static final Duration LONG = Duration.ofSeconds(20);

    final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    final Queue<Exchange.Body> waiting = new ConcurrentLinkedQueue<>();
    final AtomicInteger gone = new AtomicInteger();
    final AtomicLong produced = new AtomicLong();
    final HttpConnections connections;
    private final PendingBudget budget = new PendingBudget(1 << 20);
    private final EventLoops loops = new EventLoops(1, budget);
    private final TlsCertificates certificates;
    private final HttpListener listener;

    SecureServer(Path folder, TestCertificate certificate, Duration idleTimeout, boolean proxyProtocol)
            throws BadCertificateException, IOException {
        TlsSettings tls = new TlsSettings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(certificate.write(folder, "it")),
                TlsVersion.TLS_1_2,
                LONG,
                Duration.ofDays(1));
        HttpSettings settings = new HttpSettings(
                ANY_PORT, ANY_PORT, LONG, LONG, idleTimeout, LONG, 1 << 20, 1_000, proxyProtocol, LONG, LONG, LONG);
        SessionTable sessions = Fixtures.sessionTable(Clock.systemUTC(), 100);
        connections = HttpConnections.of(
                HttpPort.MEDIA,
                settings,
                List.of(this),
                loops,
                sessions,
                new AnswerMetrics(new SimpleMeterRegistry()),
                Clock.systemUTC());
        certificates = TlsCertificates.open(tls, Clock.systemUTC(), expiries -> {});
        listener = HttpListener.open(
                loops,
                ANY_PORT,
                HttpEntrance.of(settings, loops, sessions),
                new SecureConnections(certificates, connections, sessions)::begin);
    }

    /** What may wait for clients: a mebibyte. */
    PendingBudget budget() {
        return budget;
    }

    int boundPort() {
        return listener.boundTo().getPort();
    }

    @Override
    public boolean claims(Request request) {
        return true;
    }

    @Override
    public void serve(Exchange exchange) {
        requests.add(exchange.request());
        exchange.onClientGone(gone::incrementAndGet);
        switch (exchange.request().path()) {
            case "/big" -> {
                Exchange.Body body =
                        exchange.begin(HttpResponseStatus.OK, new DefaultHttpHeaders().set("content-length", BIG));
                pour(body, BIG);
                body.onWritable(() -> pour(body, BIG));
            }
            case "/endless" -> {
                Exchange.Body body = exchange.begin(HttpResponseStatus.OK, new DefaultHttpHeaders());
                pour(body, Long.MAX_VALUE);
                body.onWritable(() -> pour(body, Long.MAX_VALUE));
            }
            case "/slow", "/" -> {
                Exchange.Body body = exchange.begin(HttpResponseStatus.OK, new DefaultHttpHeaders());
                body.write(Unpooled.copiedBuffer("begun", StandardCharsets.UTF_8));
                body.flush();
                waiting.add(body);
            }
            case "/echo" -> {
                StringBuilder said = new StringBuilder();
                exchange.onBody(
                        piece -> {
                            said.append(piece.toString(StandardCharsets.UTF_8));
                            piece.release();
                        },
                        () -> exchange.answer(
                                HttpResponseStatus.OK,
                                new DefaultHttpHeaders(),
                                Unpooled.copiedBuffer(said, StandardCharsets.UTF_8)));
            }
            default ->
                exchange.answer(
                        HttpResponseStatus.OK,
                        new DefaultHttpHeaders(),
                        Unpooled.copiedBuffer(exchange.request().target(), StandardCharsets.UTF_8));
        }
    }

    private final ThreadLocal<Boolean> pouring = ThreadLocal.withInitial(() -> false);

    private void pour(Exchange.Body body, long all) {
        if (pouring.get()) {
            return;
        }
        pouring.set(true);
        try {
            while (body.isWritable() && produced.get() < all) {
                produced.addAndGet(PIECE);
                body.write(Unpooled.wrappedBuffer(new byte[PIECE]));
                body.flush();
            }
        } finally {
            pouring.set(false);
        }
        if (produced.get() == all) {
            produced.set(0);
            body.end();
        }
    }

    @Override
    public void close() {
        listener.close();
        certificates.close();
        Loops.close(loops);
    }
}
