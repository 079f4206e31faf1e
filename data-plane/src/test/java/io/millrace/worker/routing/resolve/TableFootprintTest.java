package io.millrace.worker.routing.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Admission;
import io.millrace.model.Binding;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.Transport;
import io.millrace.model.table.ClusterSettings;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.worker.admin.TestClock;
import io.millrace.worker.routing.FakeTimers;
import io.millrace.worker.routing.client.FakeControlPlane;
import io.millrace.worker.routing.client.Json;
import io.millrace.worker.routing.client.Reachability;
import io.millrace.worker.routing.table.CurrentTable;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What a worker's picture of the cluster takes of its memory; everything comes as JSON, as from a control plane. */
class TableFootprintTest {

    private static final int ORIGINS = 200;
    private static final int STREAMS = 10_000;
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private final TestClock clock = new TestClock();
    private final FakeControlPlane controlPlane = new FakeControlPlane();
    private final CurrentTable table = new CurrentTable();
    private final BindingCache cache = new BindingCache(STREAMS);
    private final TableRouter router = new TableRouter(
            new TableRouter.RouterParts(
                    "w",
                    controlPlane,
                    new Reachability(),
                    table,
                    clock,
                    new FakeTimers(clock),
                    Duration.ofMillis(300),
                    cache,
                    new ResolveMetrics(new SimpleMeterRegistry())),
            List.of());

    @Test
    void aStreamCostsTheTableLessThanAKilobyte() throws JsonProcessingException, JMException {
        List<Origin> origins =
                IntStream.range(0, ORIGINS).mapToObj(TableFootprintTest::origin).toList();
        resolve("warm", origins.getFirst());
        long empty = liveBytes();
        table.use(
                read(
                        new RoutingTable(
                                new TableVersion("e", 1), origins, List.of(), List.of(), ClusterSettings.DEFAULT),
                        RoutingTable.class),
                clock.instant());
        long withTable = liveBytes();
        for (int i = 0; i < STREAMS; i++) {
            resolve("s" + (100_000_000 + i), origins.get(i % ORIGINS));
        }
        long withStreams = liveBytes();
        long perOrigin = (withTable - empty) / ORIGINS;
        long perStream = (withStreams - withTable) / STREAMS;
        System.out.printf("a worker's table: %d bytes an origin, %d bytes a stream%n", perOrigin, perStream);
        assertThat(perStream).isLessThan(1_000);
        assertThat(perOrigin).isLessThan(5_000);
    }

    private void resolve(String name, Origin origin) throws JsonProcessingException {
        StreamKey stream = new StreamKey(StreamKey.DEFAULT_VHOST, "live", name);
        var resolution = router.resolve(stream, Intent.PLAY, Protocol.RTMP, List.of());
        Binding binding = new Binding(stream, origin.id(), 1, Binding.Cause.PLACED, clock.instant());
        controlPlane
                .resolves
                .removeLast()
                .answer()
                .complete(read(ResolveAnswer.bound(binding, origin), ResolveAnswer.class));
        assertThat(resolution.toCompletableFuture()).isDone();
    }

    private static <T> T read(T value, Class<T> type) throws JsonProcessingException {
        return Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(value), type);
    }

    private static Origin origin(int number) {
        String server = "vid-" + number;
        return new Origin(
                OriginId.of(server, "192.0.2.1", 1935),
                server,
                "192.0.2.1",
                new Incarnation("s-" + number, "4711"),
                OriginKind.SRS,
                Map.of(
                        Listener.RTMP, List.of(new Endpoint(Transport.TCP, "192.0.2.1", 1935)),
                        Listener.HTTP, List.of(new Endpoint(Transport.TCP, "192.0.2.1", 8080)),
                        Listener.API, List.of(new Endpoint(Transport.TCP, "192.0.2.1", 1985)),
                        Listener.RTC, List.of(new Endpoint(Transport.UDP, "192.0.2.1", 8000)),
                        Listener.SRT, List.of(new Endpoint(Transport.UDP, "192.0.2.1", 10080))),
                "zone-a",
                Map.of("disk", "fast"),
                Origin.DEFAULT_WEIGHT,
                OriginState.UP,
                Admission.OPEN);
    }

    /** The histogram of live objects begins with a full collection. */
    private static long liveBytes() throws JMException {
        Object histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        Matcher total = TOTAL.matcher(String.valueOf(histogram));
        assertThat(total.find()).isTrue();
        return Long.parseLong(total.group(1));
    }
}
