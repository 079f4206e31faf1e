package io.millrace.worker.webrtc.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.StreamKey;
import io.millrace.model.Transport;
import io.millrace.model.settings.OriginCredentials;
import io.millrace.model.wire.MediaRoute;
import io.millrace.worker.http.TestOrigin;
import io.netty.channel.DefaultEventLoop;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpResourceEnderTest {

    private static final Endpoint AT = new Endpoint(Transport.TCP, "10.0.0.7", 1985);

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final TestOrigin http = new TestOrigin();

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private TestOrigin.Asked end(Listener listener, OriginCredentials credentials) {
        OriginId id = new OriginId("o-1");
        Origin origin = new Origin(
                id,
                "vid-1",
                "10.0.0.7",
                Incarnation.UNKNOWN,
                OriginKind.SRS,
                Map.of(listener, List.of(AT)),
                "",
                Map.of(),
                100,
                OriginState.UP,
                Admission.OPEN);
        MediaRoute route = new MediaRoute(
                "ufrag",
                id,
                new Endpoint(Transport.UDP, "10.0.0.7", 8000),
                StreamKey.of(StreamKey.DEFAULT_VHOST, "live", "cam"),
                Intent.PLAY,
                1,
                "/rtc/v1/whip/?action=delete",
                null);
        new HttpResourceEnder(http, credentials, Duration.ofSeconds(5)).end(loop, origin, route);
        return http.asked.getLast();
    }

    @Test
    void endsTheSessionAtAnOriginThatWantsCredentials() {
        TestOrigin.Asked asked = end(Listener.API, OriginCredentials.of(Optional.of("bearer:t0ken")));

        assertThat(asked.endpoint).isEqualTo(AT);
        assertThat(asked.ask.method()).isEqualTo(HttpMethod.DELETE);
        assertThat(asked.ask.target()).isEqualTo("/rtc/v1/whip/?action=delete");
        assertThat(asked.ask.headers().get("authorization")).isEqualTo("Bearer t0ken");
    }

    @Test
    void givesCredentialsToNoOtherListenerAndNoneWhereNoneAreSet() {
        assertThat(end(Listener.HTTP, OriginCredentials.of(Optional.of("bearer:t0ken")))
                        .ask
                        .headers()
                        .contains("authorization"))
                .isFalse();
        assertThat(end(Listener.API, OriginCredentials.NONE).ask.headers().contains("authorization"))
                .isFalse();
    }
}
