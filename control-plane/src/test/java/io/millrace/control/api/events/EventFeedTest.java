package io.millrace.control.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.control.api.QuickWindow;
import io.millrace.control.api.QuickWindow.InternalApi;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(QuickWindow.class)
class EventFeedTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    /** Reads of a feed that ends; more than all its events take, whatever a read brings. */
    private static final int MOST_READS = 100_000;

    @Inject
    EventLog log;

    @Inject
    EventFeed feed;

    @Inject
    Sse sse;

    @Inject
    ObjectMapper json;

    @Inject
    MeterRegistry metrics;

    /** One connection to the feed; ends with the test's client. */
    private List<String> follow(HttpClient client, String query, @Nullable String lastEventId) {
        List<String> lines = new CopyOnWriteArrayList<>();
        HttpRequest.Builder request = HttpRequest.newBuilder(InternalApi.uri("/api/v1/events/stream" + query));
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        var _ = client.sendAsync(
                request.build(), HttpResponse.BodyHandlers.fromLineSubscriber(new Flow.Subscriber<String>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(Long.MAX_VALUE);
                    }

                    @Override
                    public void onNext(String line) {
                        lines.add(line);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        lines.add("failed");
                    }

                    @Override
                    public void onComplete() {
                        lines.add("complete");
                    }
                }));
        return lines;
    }

    /** Who may see everything and stays signed in. */
    private static Follower reader(String address) {
        return new Follower(address, true, () -> true, () -> {});
    }

    private static List<String> ids(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("id:"))
                .map(line -> line.substring(line.lastIndexOf(':') + 1).strip())
                .toList();
    }

    private String position(Event event) {
        return log.run() + ":" + event.id();
    }

    private Event happens(String subject) {
        return log.record(EventKind.RULES_CHANGED, subject, "test", "something happened");
    }

    @Test
    void followsFromNowOnAndBeats() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            happens("follow");
            List<String> lines = follow(client, "?subject=follow", null);
            await().atMost(SOON).until(() -> !lines.isEmpty());
            Event event = happens("follow");
            happens("something-else");
            await().atMost(SOON).until(() -> !ids(lines).isEmpty());
            await().atMost(SOON).until(() -> lines.stream().anyMatch(line -> line.contains("heartbeat")));
            assertThat(ids(lines)).containsExactly(Long.toString(event.id()));
            assertThat(lines).anyMatch(line -> line.startsWith("event:") && line.contains("rules-changed"));
            assertThat(lines).anyMatch(line -> line.startsWith("data:") && line.contains("\"subject\":\"follow\""));
            assertThat(lines)
                    .as("only what the standard knows")
                    .allMatch(line -> line.matches("(:|id:|event:|data:).*|"));
            client.shutdownNow();
        }
    }

    @Test
    void resumesAfterTheLastEventThatTheReaderSaw() {
        Event seen = happens("resume");
        Event missed = happens("resume");
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<String> lines = follow(client, "?subject=resume", position(seen));
            await().atMost(SOON).until(() -> !ids(lines).isEmpty());
            Event live = happens("resume");
            await().atMost(SOON).until(() -> ids(lines).size() >= 2);
            assertThat(ids(lines)).containsExactly(Long.toString(missed.id()), Long.toString(live.id()));
            client.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cp-of-before:3", "999999999"})
    void tellsAReaderOfAnotherRunAndReplaysWhatIsKept(String position) {
        Event event = happens("restart");
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<String> lines = follow(client, "?subject=restart", position);
            await().atMost(SOON).until(() -> ids(lines).contains(Long.toString(event.id())));
            assertThat(lines).anyMatch(line -> line.matches("event: ?other-run"));
            assertThat(lines)
                    .anyMatch(line -> line.contains("\"asked\":\"" + position + "\",\"run\":\"" + log.run() + "\""));
            client.shutdownNow();
        }
    }

    @Test
    void eachEventIsWrittenOnceForAllReadersAndOutsideTheLog() {
        AtomicInteger writings = new AtomicInteger();
        AtomicBoolean locked = new AtomicBoolean();
        EventLog counted = new EventLog(InstantSource.system(), 100);
        ObjectMapper counting = json.copy();
        counting.registerModule(new SimpleModule().addSerializer(Event.class, new StdSerializer<>(Event.class) {
            private static final long serialVersionUID = 1L;

            @Override
            public void serialize(Event event, JsonGenerator out, SerializerProvider provider) throws IOException {
                writings.incrementAndGet();
                if (Thread.holdsLock(counted)) {
                    locked.set(true);
                }
                out.writeString(event.subject());
            }
        }));
        EventFeed shared = new EventFeed(counted, sse, counting, new SimpleMeterRegistry(), "1m");
        shared.start();
        List<OutboundSseEvent> got = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            var _ = shared.follow(null, event -> true, reader("here"))
                    .subscribe()
                    .with(got::add);
        }
        for (int i = 0; i < 50; i++) {
            counted.record(EventKind.RULES_CHANGED, "x", "test", "something happened");
        }
        await().atMost(SOON).until(() -> got.size() == 20 * 51);
        shared.stop();
        assertThat(writings).hasValue(50);
        assertThat(locked).isFalse();
    }

    @Test
    void showsAddressesOfClientsOnlyToThoseWhoMaySeeThem() {
        EventLog kicks = new EventLog(InstantSource.system(), 100);
        EventFeed shared = new EventFeed(kicks, sse, json, new SimpleMeterRegistry(), "1m");
        shared.start();
        List<OutboundSseEvent> operators = new CopyOnWriteArrayList<>();
        List<OutboundSseEvent> viewers = new CopyOnWriteArrayList<>();
        var _ = shared.follow(null, event -> true, reader("here")).subscribe().with(operators::add);
        var _ = shared.follow(null, event -> true, new Follower("here", false, () -> true, () -> {}))
                .subscribe()
                .with(viewers::add);
        kicks.record(EventKind.SESSION_KICKED, "s-1", "srs-api 192.0.2.9", "session of 203.0.113.7:5 ends");
        await().atMost(SOON).until(() -> operators.size() == 2 && viewers.size() == 2);
        shared.stop();
        assertThat(operators.get(1).getData().toString()).contains("203.0.113.7:5", "192.0.2.9");
        assertThat(viewers.get(1).getData().toString())
                .contains("203.0.113.0/24", "192.0.2.0/24")
                .doesNotContain("203.0.113.7", "192.0.2.9");
    }

    @Test
    void endsTheFeedOfOneWhoIsNotSignedInAnyMore() {
        EventFeed shared = new EventFeed(log, sse, json, new SimpleMeterRegistry(), "1m");
        shared.start();
        AtomicBoolean signedIn = new AtomicBoolean(true);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger cutOff = new AtomicInteger();
        List<OutboundSseEvent> got = new CopyOnWriteArrayList<>();
        var _ = shared.follow(
                        null,
                        event -> event.subject().equals("secret"),
                        new Follower("here", true, signedIn::get, cutOff::incrementAndGet))
                .subscribe()
                .with(got::add, failure -> {}, () -> ended.set(true));
        happens("secret");
        await().atMost(SOON).until(() -> got.size() == 2);
        signedIn.set(false);
        await().atMost(Duration.ofSeconds(5)).untilTrue(ended);
        happens("secret");
        shared.stop();
        assertThat(got).hasSize(3);
        assertThat(got.getLast().getName()).isEqualTo("signed-out");
        assertThat(cutOff).hasValue(0);
    }

    @Test
    void refusesReadersAboveTheBoundOfTheirAddressAndLetsOthersIn() {
        EventFeed bounded = new EventFeed(log, sse, json, new SimpleMeterRegistry(), "1m");
        List<Cancellable> open = new ArrayList<>();
        for (int i = 0; i < EventFeed.MAX_READERS_OF_ADDRESS; i++) {
            open.add(bounded.follow(null, event -> true, reader("192.0.2.1"))
                    .subscribe()
                    .with(event -> {}));
        }
        assertThatThrownBy(() -> bounded.follow(null, event -> true, reader("192.0.2.1")))
                .isInstanceOfSatisfying(
                        WebApplicationException.class,
                        refused -> assertThat(refused.getResponse().getStatus()).isEqualTo(429));
        open.add(bounded.follow(null, event -> true, reader("192.0.2.2"))
                .subscribe()
                .with(event -> {}));
        open.removeFirst().cancel();
        open.add(bounded.follow(null, event -> true, reader("192.0.2.1"))
                .subscribe()
                .with(event -> {}));
        open.forEach(Cancellable::cancel);
        bounded.stop();
    }

    @Test
    void replaysAllThatIsKeptHoweverMuchItIs() {
        Event seen = happens("much");
        for (int i = 0; i < 1_500; i++) {
            happens("much");
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<String> lines = follow(client, "?subject=much&after=" + position(seen), null);
            await().atMost(SOON).until(() -> ids(lines).size() >= 1_500);
            Event live = happens("much");
            await().atMost(SOON).until(() -> ids(lines).contains(Long.toString(live.id())));
            assertThat(ids(lines)).hasSize(1_501).isSortedAccordingTo(Comparator.comparingLong(Long::parseLong));
            assertThat(lines).noneMatch(line -> line.contains("events-lost"));
            client.shutdownNow();
        }
    }

    @Test
    void saysWhichMissedEventsAreNotKeptAnyMore() {
        EventLog small = new EventLog(InstantSource.system(), 10);
        for (int i = 0; i < 25; i++) {
            small.record(EventKind.RULES_CHANGED, "small", "test", "something happened");
        }
        EventFeed smallFeed = new EventFeed(small, sse, json, new SimpleMeterRegistry(), "1m");
        smallFeed.start();
        List<OutboundSseEvent> got = new CopyOnWriteArrayList<>();
        Cancellable reader = smallFeed
                .follow(new EventPosition("", 3), event -> true, reader("here"))
                .subscribe()
                .with(got::add);
        small.record(EventKind.RULES_CHANGED, "small", "test", "something happened");
        await().atMost(SOON).until(() -> got.size() >= 13);
        reader.cancel();
        smallFeed.stop();
        assertThat(got.get(1).getName()).isEqualTo("events-lost");
        assertThat(got.get(1).getData()).isEqualTo("{\"from\":4,\"to\":15}");
        assertThat(got.stream().skip(2).map(OutboundSseEvent::getId))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(16, 26).mapToObj(Long::toString).toList());
    }

    @Test
    void cutsOffAReaderWhoDoesNotRead() {
        AtomicInteger cutOff = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        feed.follow(
                        null,
                        event -> event.subject().equals("slow"),
                        new Follower("slow", true, () -> true, cutOff::incrementAndGet))
                .subscribe()
                .withSubscriber(new Flow.Subscriber<OutboundSseEvent>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        // Asks for nothing.
                    }

                    @Override
                    public void onNext(OutboundSseEvent event) {}

                    @Override
                    public void onError(Throwable problem) {
                        throw new AssertionError("a slow reader is no failure of ours", problem);
                    }

                    @Override
                    public void onComplete() {
                        ended.set(true);
                    }
                });
        for (int i = 0; i < 2_000; i++) {
            happens("slow");
        }
        await().atMost(SOON).untilTrue(ended);
        assertThat(cutOff).hasValue(1);
    }

    @Test
    void cutsOffAReaderWhoDoesNotReadThatItIsSignedOut() {
        EventFeed shared = new EventFeed(log, sse, json, new SimpleMeterRegistry(), "1m");
        shared.start();
        AtomicInteger cutOff = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        var _ = shared.follow(null, event -> true, new Follower("slow", true, () -> false, cutOff::incrementAndGet))
                .onCompletion()
                .invoke(() -> ended.set(true))
                .subscribe()
                .withSubscriber(AssertSubscriber.create(0));
        await().atMost(SOON).untilTrue(ended);
        shared.stop();
        assertThat(cutOff).hasValue(1);
    }

    @Test
    @Timeout(60)
    void closesTheConnectionOfAReaderWhoDoesNotRead() throws IOException {
        await().atMost(SOON).until(this::readers, is(0));
        URI feedAddress = InternalApi.uri("/api/v1/events/stream?subject=stuck");
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4_096);
            socket.connect(new InetSocketAddress(feedAddress.getHost(), feedAddress.getPort()));
            socket.getOutputStream()
                    .write(("GET " + feedAddress.getPath() + "?" + feedAddress.getQuery()
                                    + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout((int) SOON.toMillis());
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            await().atMost(SOON).until(this::readers, is(1));
            String big = "x".repeat(16_384);
            for (int i = 0; i < 2_000; i++) {
                log.record(EventKind.RULES_CHANGED, "stuck", "test", big);
            }
            await().atMost(SOON).until(this::readers, is(0));
            // Reading again shows the end and not an endless feed: neither of the two means an open connection.
            byte[] buffer = new byte[65_536];
            int read = readOrReset(socket, buffer);
            for (int reads = 0; read > 0 && reads < MOST_READS; reads++) {
                read = readOrReset(socket, buffer);
            }
            assertThat(read).isEqualTo(-1);
        }
    }

    private int readers() {
        return (int) metrics.get("millrace.events.readers").gauge().value();
    }

    private static int readOrReset(Socket socket, byte[] buffer) throws IOException {
        try {
            return socket.getInputStream().read(buffer);
        } catch (SocketException reset) {
            return -1;
        }
    }
}
