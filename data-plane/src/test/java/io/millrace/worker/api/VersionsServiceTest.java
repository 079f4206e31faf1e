package io.millrace.worker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.TestExchange;
import io.millrace.worker.routing.client.ControlPlaneProxy;
import io.netty.channel.DefaultEventLoop;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VersionsServiceTest {

    private static final String OWN = "{\"own\":1}";
    private static final String PATH = "/api/v1/versions";

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final AtomicLong nanos = new AtomicLong();
    private final AsksControlPlane controlPlane = new AsksControlPlane();
    private final VersionsService service = service(Duration.ofMinutes(1));

    private VersionsService service(Duration patience) {
        return new VersionsService(HttpPort.MEDIA, new ClusterVersions(controlPlane, OWN, patience, nanos::get));
    }

    private static final class AsksControlPlane implements ControlPlaneProxy {
        private final Deque<Request> asked = new ArrayDeque<>();
        private CompletableFuture<Response> answer = new CompletableFuture<>();

        @Override
        public synchronized CompletionStage<Response> forward(Request request) {
            asked.add(request);
            return answer;
        }

        private synchronized int questions() {
            return asked.size();
        }

        private synchronized void next() {
            answer = new CompletableFuture<>();
        }
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
    }

    private TestExchange exchange(HttpMethod method, String target) {
        return new TestExchange(loop, method, target, "192.0.2.1");
    }

    private String ask(VersionsService of) {
        return text(exchange(HttpMethod.GET, PATH).through(of));
    }

    private static String text(TestExchange exchange) {
        assertThat(exchange.code()).isEqualTo(200);
        assertThat(exchange.headers().get("content-type")).isEqualTo("application/json");
        return new String(exchange.bytes(), StandardCharsets.UTF_8);
    }

    private static ControlPlaneProxy.Response answer(int status, String body) {
        return new ControlPlaneProxy.Response(status, "application/json", "", "", body);
    }

    @Test
    void takesGetAndPostWithAndWithoutASlashAndNothingElse() {
        for (HttpMethod method : new HttpMethod[] {HttpMethod.GET, HttpMethod.POST, HttpMethod.HEAD}) {
            assertThat(service.claims(exchange(method, PATH).request())).isTrue();
            assertThat(service.claims(exchange(method, PATH + "/?x=1").request()))
                    .isTrue();
        }
        assertThat(service.claims(exchange(HttpMethod.DELETE, PATH).request())).isFalse();
        assertThat(service.claims(exchange(HttpMethod.GET, PATH + "/1").request()))
                .isFalse();
    }

    @Test
    void asksTheControlPlaneOnceForAllWhoAskAtOnceAndAgainASecondLater() {
        TestExchange first = exchange(HttpMethod.GET, PATH).through(service);
        TestExchange second = exchange(HttpMethod.POST, PATH).through(service);
        await().until(() -> controlPlane.questions() == 1);
        controlPlane.answer.complete(answer(200, "{\"code\":0}"));
        assertThat(text(first)).isEqualTo("{\"code\":0}");
        assertThat(text(second)).isEqualTo("{\"code\":0}");
        assertThat(ask(service)).isEqualTo("{\"code\":0}");
        assertThat(controlPlane.questions()).isEqualTo(1);
        assertThat(controlPlane.asked.getFirst().target()).isEqualTo("/srs/api/v1/versions");

        nanos.addAndGet(ClusterVersions.KEPT.toNanos());
        controlPlane.next();
        controlPlane.answer.complete(answer(200, "{\"code\":0,\"newer\":1}"));
        assertThat(ask(service)).isEqualTo("{\"code\":0,\"newer\":1}");
        assertThat(controlPlane.questions()).isEqualTo(2);
    }

    @Test
    void answersForItselfWhileTheControlPlaneIsAwayAndThenWithWhatItSaidLast() {
        controlPlane.answer.completeExceptionally(new java.io.IOException("refused"));
        assertThat(ask(service)).isEqualTo(OWN);

        nanos.addAndGet(ClusterVersions.KEPT.toNanos());
        controlPlane.next();
        controlPlane.answer.complete(answer(200, "{\"code\":0}"));
        assertThat(ask(service)).isEqualTo("{\"code\":0}");

        nanos.addAndGet(ClusterVersions.KEPT.toNanos());
        controlPlane.next();
        controlPlane.answer.complete(answer(503, "{\"code\":503}"));
        assertThat(ask(service)).isEqualTo("{\"code\":0}");
        assertThat(controlPlane.questions()).isEqualTo(3);
    }

    @Test
    void doesNotWaitForAControlPlaneThatSaysNothing() {
        assertThat(ask(service(Duration.ofMillis(20)))).isEqualTo(OWN);
    }
}
