package io.millrace.worker.http.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Endpoint;
import io.millrace.model.OriginId;
import io.millrace.worker.http.TestOrigin;
import io.millrace.worker.http.origin.OriginFailure;
import io.millrace.worker.http.origin.OriginHttp;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may see an answer that was asked for by another one. */
class ObjectCacheTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final DefaultEventLoopGroup loops = new DefaultEventLoopGroup(2);
    private final TestOrigin origin = new TestOrigin();
    private final ObjectCache cache = new ObjectCache(
            new CacheSettings(8 << 20, 1 << 20, 1_000),
            origin,
            new CacheMetrics(new SimpleMeterRegistry()),
            System::nanoTime);

    @AfterEach
    void stop() {
        cache.clear();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Reader open(CacheKey key) {
        return cache.open(key, loops.next(), plan(), () -> {}).orElseThrow();
    }

    private static CacheKey key(String path) {
        return new CacheKey(new OriginId("o1"), "media.example", path, "", "");
    }

    private static FetchPlan plan() {
        return new FetchPlan(
                Endpoint.of("127.0.0.1:8080"),
                new OriginHttp.Ask(HttpMethod.GET, "/x", new DefaultHttpHeaders(), SOON),
                new FetchPlan.Processing() {
                    @Override
                    public int wholeBodyUpTo() {
                        return 0;
                    }

                    @Override
                    public FetchPlan.Processed of(Head head, CachedObject complete) {
                        return FetchPlan.Processed.asItIs(Duration.ofSeconds(1));
                    }
                },
                new FetchPlan.Outcome() {
                    @Override
                    public void answered() {}

                    @Override
                    public void failed(OriginFailure failure, boolean beforeHead) {}
                });
    }

    @Test
    void everyReaderLearnsThatAnAnswerIsPrivateBeforeItsHeadIsSeen() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            CacheKey key = key("/" + i);
            Reader asker = open(key);
            Reader joined = open(key);
            assertThat(joined.object()).isSameAs(asker.object());
            CompletableFuture<Boolean> sharingDenied = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> {
                while (joined.object().head() == null) {
                    Thread.onSpinWait();
                }
                sharingDenied.complete(joined.isSharingDenied());
            });
            origin.asked.getLast().head(200, "cache-control", "private").end();

            assertThat(sharingDenied.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(asker.isSharingDenied())
                    .as("the origin was told of no client")
                    .isTrue();
            asker.close();
            joined.close();
        }
    }

    @Test
    void nobodyInheritsThePrivateAnswerOfOneWhoLeft() {
        CacheKey key = key("/left");
        Reader asker = open(key);
        Reader joined = open(key);
        asker.close();
        origin.asked.getLast().head(200, "cache-control", "private");

        await().atMost(SOON).until(() -> joined.object().head() != null);
        assertThat(joined.isSharingDenied()).isTrue();
        joined.close();
    }

    @Test
    void nobodyJoinsOnceAnAnswerIsKnownToBePrivate() {
        CacheKey key = key("/late");
        Reader asker = open(key);
        origin.asked.getLast().head(200, "cache-control", "private");
        await().atMost(SOON).until(() -> asker.object().head() != null);

        Reader late = open(key);
        assertThat(late.object()).isNotSameAs(asker.object());
        asker.close();
        late.close();
    }

    @Test
    void anErrorThatMustNotBeStoredGoesToAllWhoWaitAndLeavesTheUrlShared() {
        CacheKey key = key("/error");
        Reader asker = open(key);
        Reader joined = open(key);
        origin.asked.getLast().head(503, "cache-control", "no-store").end();
        await().atMost(SOON).until(() -> joined.object().state() == CachedObject.State.COMPLETE);
        assertThat(joined.isSharingDenied()).isFalse();
        assertThat(asker.isSharingDenied()).isFalse();
        assertThat(joined.object().head()).isNotNull();
        assertThat(cache.isUnshared(key)).isFalse();
        asker.close();
        joined.close();
        assertThat(origin.asked).hasSize(1);
    }

    @Test
    void longKeysCountAgainstTheBound() {
        String filler = "x".repeat(8_000);
        origin.usually(asked -> asked.head(404).end());
        for (int i = 0; i < 3_000; i++) {
            Reader reader = open(new CacheKey(new OriginId("o1"), "media.example", "/" + i, filler, ""));
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(SOON)
                    .until(() -> reader.object().state() == CachedObject.State.COMPLETE);
            reader.close();
        }
        assertThat(cache.keptObjects()).as("8 MiB of keys of 16 kB").isLessThan(600);
    }

    @Test
    void beginsNoMoreFetchesThanItsBoundAndJoinsThose() {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            readers.add(open(key("/" + i)));
        }
        assertThat(cache.open(key("/more"), loops.next(), plan(), () -> {})).isEmpty();
        assertThat(cache.openUnshared(loops.next(), plan(), () -> {})).isEmpty();
        assertThat(origin.asked).hasSize(1_000);
        readers.add(open(key("/5")));
        readers.forEach(Reader::close);
        await().atMost(SOON).until(() -> cache.fetches() == 0);
        open(key("/more")).close();
    }
}
