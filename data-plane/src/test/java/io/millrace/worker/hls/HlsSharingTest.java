package io.millrace.worker.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.table.ClientTrait;
import io.millrace.model.table.ClusterSettings;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.http.TestExchange;
import io.millrace.worker.http.TestOrigin;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which viewers share an answer of the origin, and which do not. */
class HlsSharingTest extends HlsDelivery {

    @Test
    void fiveHundredViewersCostTheOriginOneFetchOfPlaylistAndSegment() {
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        List<TestExchange> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add(ask(HttpMethod.GET, "/live/cam.m3u8", "10.0." + i / 250 + "." + i % 250));
        }
        await().atMost(SOON).until(() -> counted("joined") == 499);
        held.getFirst().answer(200, M3U8, MEDIA);
        List<String> texts = all.stream().map(TestExchange::text).distinct().toList();
        assertThat(texts).as("one for each viewer").hasSize(500);
        assertThat(origin.asked).hasSize(1);
        assertThat(sessions.size()).isEqualTo(500);

        byte[] segment = new byte[300_000];
        new Random(1).nextBytes(segment);
        origin.next(asked -> asked.answer(200, "video/mp2t", segment));
        List<TestExchange> answers = new ArrayList<>();
        for (String text : texts) {
            String uri = text.lines()
                    .filter(line -> line.startsWith("cam-7"))
                    .findFirst()
                    .orElseThrow();
            answers.add(get("/live/" + uri));
        }
        answers.forEach(answer -> assertThat(answer.bytes()).isEqualTo(segment));
        assertThat(origin.asked).hasSize(2);
        assertThat(sessions.sessions().stream().mapToLong(Session::bytesOut).sum())
                .isGreaterThan(500L * segment.length);
    }

    @Test
    void aPlaylistIsKeptForHalfATargetDuration() {
        origin.usually(asked -> asked.answer(200, M3U8, MEDIA));
        get("/live/cam.m3u8").text();
        pass(Duration.ofMillis(1_900));
        get("/live/cam.m3u8").text();
        assertThat(origin.asked).hasSize(1);
        pass(Duration.ofMillis(200));
        get("/live/cam.m3u8").text();
        assertThat(origin.asked).hasSize(2);
    }

    @Test
    void viewersShareOneSessionOfSrsAndGetANewOneWhenItEnded() {
        origin.usually(asked -> {
            String target = asked.ask.target();
            if (target.endsWith("hls_ctx=A") || target.endsWith("hls_ctx=C")) {
                String context = target.substring(target.length() - 1);
                asked.answer(200, M3U8, MEDIA.replace("cam-7.ts", "cam-7.ts?hls_ctx=" + context));
            } else {
                String next = target.contains("hls_ctx") ? "C" : "A";
                asked.answer(
                        200, M3U8, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/live/cam.m3u8?hls_ctx=" + next + "\n");
            }
        });
        String next = get("/live/cam.m3u8").text().lines().toList().getLast();
        assertThat(next).startsWith("/live/cam.m3u8?hls_ctx=A&mr=");
        assertThat(get(next).text()).contains("cam-7.ts?hls_ctx=A&mr=");
        // Another viewer whose session SRS has forgotten meanwhile.
        pass(Duration.ofMinutes(2));
        String text = get(next.replace("hls_ctx=A", "hls_ctx=B")).text();
        assertThat(text).contains("cam-7.ts?hls_ctx=C&mr=");
        assertThat(get(next).text()).as("shared").isEqualTo(text);
    }

    @Test
    void theTokenThatAuthorisesSplitsTheCacheAndAuthorizationIsNeverShared() {
        origin.usually(asked -> asked.answer(200, M3U8, MEDIA));
        get("/live/cam.m3u8?token=a").text();
        get("/live/cam.m3u8?token=b").text();
        assertThat(origin.asked).hasSize(2);
        for (int i = 0; i < 2; i++) {
            get("/live/cam.m3u8?token=a", "authorization", "Bearer x").text();
        }
        assertThat(origin.asked).hasSize(4);
        assertThat(origin.asked.getLast().ask.headers().get("authorization")).isEqualTo("Bearer x");
    }

    @Test
    void aWrongTokenGetsIntoNoSessionThatARightOneOpened() {
        origin.usually(asked -> {
            String target = asked.ask.target();
            if (!target.contains("token=right") && !target.contains("hls_ctx=A")) {
                asked.answer(403, "text/plain", "no");
            } else if (target.contains("hls_ctx=A")) {
                asked.answer(200, M3U8, MEDIA);
            } else {
                asked.answer(
                        200, M3U8, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/live/cam.m3u8?hls_ctx=A&token=right\n");
            }
        });
        assertThat(get("/live/cam.m3u8?hls_ctx=old&token=right").code()).isEqualTo(200);
        assertThat(origin.asked.getLast().ask.target()).contains("hls_ctx=A");
        for (String query : List.of("hls_ctx=old&token=wrong", "token=wrong&hls_ctx=old", "hls_ctx=old")) {
            assertThat(get("/live/cam.m3u8?" + query).code()).as(query).isEqualTo(403);
        }
        assertThat(get("/live/cam.m3u8?hls_ctx=other&token=right").code()).isEqualTo(200);
    }

    @Test
    void anOriginIsToldNothingOfAViewerWhoseAnswerOthersShare() {
        origin.usually(asked -> asked.answer(200, M3U8, MEDIA));
        String[] who = {
            "user-agent",
            "curl",
            "referer",
            "http://a/",
            "origin",
            "http://a",
            "accept-language",
            "de",
            "x-forwarded-for",
            "1.2.3.4"
        };
        get("/live/cam.m3u8", who).text();
        assertThat(origin.asked.getLast().ask.headers().names())
                .containsExactlyInAnyOrder(
                        "host", "accept-encoding", "x-forwarded-proto", "x-forwarded-host", "user-agent");
        assertThat(origin.asked.getLast().ask.headers().get("user-agent")).isEqualTo("Millrace");
        ask(HttpMethod.GET, "/live/cam.m3u8", "10.0.0.2", "user-agent", "other").text();
        assertThat(origin.asked).hasSize(1);
    }

    @Test
    void aVhostWhoseOriginsDecideByTheViewerSplitsTheCache() {
        router.publishTable(
                new ClusterSettings(2_000, 1_000, Map.of("*", Set.of(ClientTrait.ADDRESS), "none.example", Set.of())));
        origin.usually(asked -> asked.answer(200, M3U8, MEDIA));
        String[] forwarded = {"x-forwarded-for", "1.2.3.4", "x-forwarded-for", "5.6.7.8", "user-agent", "curl"};
        get("/live/cam.m3u8", forwarded).text();
        assertThat(origin.asked.getLast().ask.headers().getAll("x-forwarded-for"))
                .as("every line counts")
                .containsExactly("1.2.3.4, 5.6.7.8, 10.0.0.1");
        assertThat(origin.asked.getLast().ask.headers().get("user-agent")).isEqualTo("Millrace");
        get("/live/cam.m3u8", forwarded).text();
        assertThat(origin.asked).as("alike").hasSize(1);
        get("/live/cam.m3u8", "x-forwarded-for", "1.2.3.4").text();
        assertThat(origin.asked).as("another path to the worker").hasSize(2);
        get("/live/cam.m3u8?vhost=none.example").text();
        ask(HttpMethod.GET, "/live/cam.m3u8?vhost=none.example", "10.0.0.9").text();
        assertThat(origin.asked).hasSize(3);
        assertThat(origin.asked.getLast().ask.headers().contains("x-forwarded-for"))
                .isFalse();
    }

    @Test
    void whatIsPrivateIsAskedForEachViewer() {
        origin.usually(asked -> {
            String who = asked.ask.headers().get("x-real-ip", "none");
            asked.head(200, "content-type", "video/mp2t", "cache-control", "private")
                    .body(who.getBytes(StandardCharsets.UTF_8))
                    .end();
        });
        String segment = firstSegment();
        List<TestExchange> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(ask(HttpMethod.GET, segment, "10.0.0." + i));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(all.get(i).text()).isEqualTo("10.0.0." + i);
        }
        assertThat(origin.asked)
                .as("the playlist, one for all, then one for each")
                .hasSizeGreaterThanOrEqualTo(22);
    }

    @Test
    void aPlaylistReloadThatWaitsAtTheOriginIsOneForAll() {
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        List<TestExchange> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(ask(HttpMethod.GET, "/live/cam.m3u8?_HLS_msn=9&_HLS_part=1", "10.0.0." + i));
        }
        await().atMost(SOON).until(() -> counted("joined") == 49);
        assertThat(held.getFirst().ask.silenceLimit()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
        held.getFirst().answer(200, M3U8, MEDIA);
        all.forEach(one -> assertThat(one.code()).isEqualTo(200));
        assertThat(origin.asked).hasSize(1);
    }
}
