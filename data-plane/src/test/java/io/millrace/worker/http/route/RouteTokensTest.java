package io.millrace.worker.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.settings.ClusterToken;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTokensTest {

    private static final String OLD = "old-0123456789abcdef-0123456789abcdef";
    private static final String NEW = "new-0123456789abcdef-0123456789abcdef";

    private static final Route ROUTE = new Route(
            Protocol.HLS,
            Route.Leads.TO_SEGMENT,
            OriginId.of("a", "10.0.0.1", 1935),
            StreamKey.parse("__defaultVhost__/live/cam"),
            -42,
            null);
    private static final String PATH = "/live/cam-1.ts";
    private static final Scope SCOPE = Scope.of(PATH);

    private final RouteTokens tokens = new RouteTokens(ClusterToken.of("secret-0123456789abcdef-0123456789"));

    @Test
    void everyWorkerOfTheClusterReadsWhatOneWrote() {
        RouteTokens other = new RouteTokens(ClusterToken.of("secret-0123456789abcdef-0123456789"));
        for (Protocol protocol : new Protocol[] {Protocol.HLS, Protocol.DASH}) {
            for (Route.Leads leads : Route.Leads.values()) {
                for (String stream : new String[] {"__defaultVhost__/live/cam", "v.example/a/b/c\u00e4m 1"}) {
                    Route route =
                            new Route(protocol, leads, ROUTE.origin(), StreamKey.parse(stream), Long.MIN_VALUE, null);
                    assertThat(other.read(tokens.write(route, SCOPE), PATH)).contains(route);
                }
            }
        }
    }

    @Test
    void saysWhomTheViewersCredentialNames() {
        Route route = new Route(ROUTE.protocol(), ROUTE.leads(), ROUTE.origin(), ROUTE.stream(), 7, "\u00e4nn, 1");
        assertThat(tokens.read(tokens.write(route, SCOPE), PATH)).contains(route);
    }

    @Test
    void isShortAndNeedsNoEscapes() {
        assertThat(tokens.write(ROUTE, SCOPE)).matches("[A-Za-z0-9_-]{1,68}").isEqualTo(tokens.write(ROUTE, SCOPE));
    }

    @Test
    void refusesATokenWithAnyBitTurned() {
        byte[] good = Base64.getUrlDecoder().decode(tokens.write(ROUTE, SCOPE));
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] forged = good.clone();
            forged[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(tokens.read(Base64.getUrlEncoder().encodeToString(forged), PATH))
                    .as("bit %d", bit)
                    .isEmpty();
        }
    }

    @Test
    void refusesATokenOfAnotherCluster() {
        assertThat(new RouteTokens(ClusterToken.of("other-0123456789abcdef-0123456789"))
                        .read(tokens.write(ROUTE, SCOPE), PATH))
                .isEmpty();
    }

    @Test
    void refusesATokenCutAnywhere() {
        String good = tokens.write(ROUTE, SCOPE);
        for (int length = 0; length < good.length(); length++) {
            assertThat(tokens.read(good.substring(0, length), PATH)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "%%%", "====", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void refusesWhatIsNone(String text) {
        assertThat(tokens.read(text, PATH)).isEmpty();
        assertThat(tokens.read(text.repeat(100_000 / (text.length() + 1)), PATH))
                .isEmpty();
    }

    @Test
    void givesTheSameViewerTheSameNumberAtEveryWorker() {
        assertThat(tokens.viewerOf("10.0.0.1"))
                .isEqualTo(new RouteTokens(ClusterToken.of("secret-0123456789abcdef-0123456789")).viewerOf("10.0.0.1"));
        assertThat(tokens.viewerOf("10.0.0.1")).isNotEqualTo(tokens.viewerOf("10.0.0.2"));
    }

    @Test
    void opensNothingButItsFolderAndItsKindOfObject() {
        String token = tokens.write(ROUTE, SCOPE);
        assertThat(tokens.read(token, "/live/cam-2.ts")).contains(ROUTE);
        assertThat(tokens.read(token, "/live/cam-2.TS")).contains(ROUTE);
        for (String other : new String[] {
            "/control/drop/publisher",
            "/control/cam-1.ts",
            "/live/cam-1",
            "/live/cam.m3u8",
            "/live/cam.flv",
            "/live/deeper/cam-1.ts",
            "/cam-1.ts",
            "/"
        }) {
            assertThat(tokens.read(token, other)).as(other).isEmpty();
        }
    }

    @Test
    void whileTheClusterTokenIsRotatedWhatOneWorkerWroteIsReadByAll() {
        RouteTokens[] stages = {
            new RouteTokens(ClusterToken.of(OLD)),
            new RouteTokens(ClusterToken.of(OLD + "," + NEW)),
            new RouteTokens(ClusterToken.of(NEW + "," + OLD)),
            new RouteTokens(ClusterToken.of(NEW)),
        };
        for (int i = 1; i < stages.length; i++) {
            assertThat(stages[i].read(stages[i - 1].write(ROUTE, SCOPE), PATH)).isPresent();
            assertThat(stages[i - 1].read(stages[i].write(ROUTE, SCOPE), PATH)).isPresent();
        }
        assertThat(stages[0].read(stages[3].write(ROUTE, SCOPE), PATH)).isEmpty();
    }
}
