package io.millrace.worker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.address.Networks;
import io.millrace.model.settings.MetricsAccess;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsHttpTest {

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void metricsNeedTheTokenWhereTheNetworkIsNotAllowedAndHealthNeedsNothing() throws Exception {
        int port = open(new MetricsAccess(Networks.NONE, Optional.of("exporters-secret")));
        assertThat(get(port, "/q/metrics", "").statusCode()).isEqualTo(401);
        assertThat(get(port, "/q/metrics/", "").statusCode()).isEqualTo(401);
        assertThat(get(port, "//q/metrics", "").statusCode()).isEqualTo(401);
        assertThat(get(port, "/q/../q/metrics", "").statusCode()).isEqualTo(401);
        assertThat(get(port, "/q/metrics", "Bearer other").body()).contains("MILLRACE_METRICS_TOKEN");
        assertThat(get(port, "/q/metrics", "Bearer exporters-secret").body()).isEqualTo("metrics");
        assertThat(get(port, "/q/health/live", "").statusCode()).isEqualTo(200);
    }

    @Test
    void anAllowedNetworkNeedsNoToken() throws Exception {
        int port = open(new MetricsAccess(Networks.parse("127.0.0.1"), Optional.empty()));
        assertThat(get(port, "/q/metrics", "").body()).isEqualTo("metrics");
    }

    private int open(MetricsAccess access) {
        Router router = Router.router(vertx);
        // As Quarkus does, before ours.
        router.get("/q/metrics*").handler(context -> context.end("metrics"));
        router.get("/q/health/live").handler(context -> context.end("up"));
        ManagementInterface management = () -> router;
        new MetricsHttp(access).register(management);
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return server.actualPort();
    }

    private HttpResponse<String> get(int port, String path, String authorization)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
