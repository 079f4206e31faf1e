package io.millrace.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.millrace.model.OriginId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Control planes, most often one, with origins that heartbeat for as long as they live, and whatever workers a test adds. Everything ends
 * with {@code close}, in the reverse order.
 */
final class Cluster implements AutoCloseable {

    private static final int BEAT_SECONDS = 1;

    private final Path folder;
    private final String host;
    private final Deque<Runnable> open = new ArrayDeque<>();
    private final CallbackRecorder recorder = new CallbackRecorder();
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor();
    private final Set<NginxOrigin> silent = ConcurrentHashMap.newKeySet();
    private final List<ControlPlane> controlPlanes = new ArrayList<>();

    Cluster(Path folder) {
        this(folder, Map.of());
    }

    /** @param settings of the control plane */
    Cluster(Path folder, Map<String, String> settings) {
        this(folder, List.of(settings));
    }

    /** @param settings of each control plane; with more than one they name a store that can be shared */
    Cluster(Path folder, List<Map<String, String>> settings) {
        this(folder, "127.0.0.1", Collections.nCopies(settings.size(), Machine.HERE), settings);
    }

    /**
     * @param host where origins listen
     * @param machines where the control planes run
     */
    Cluster(Path folder, String host, List<Machine> machines, List<Map<String, String>> settings) {
        this.folder = folder;
        this.host = host;
        open.push(recorder::close);
        try {
            for (int i = 0; i < settings.size(); i++) {
                String name = "control-plane" + (i == 0 ? "" : "-" + (i + 1));
                controlPlanes.add(ControlPlane.launch(subfolder(name), machines.get(i), settings.get(i)));
                open.push(controlPlanes.getLast()::close);
            }
            controlPlanes.forEach(ControlPlane::awaitReady);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        open.push(beats::shutdownNow);
    }

    /** Starts an origin and registers it. */
    NginxOrigin origin(String name) {
        NginxOrigin origin = NginxOrigin.start(name, host, subfolder(name), recorder);
        open.push(origin::close);
        Http.Answer answer = register(origin);
        if (answer.status() != 200) {
            throw new IllegalStateException("registration of " + name + " was refused: " + answer.text());
        }
        var _ = beats.scheduleAtFixedRate(() -> beat(origin), BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
        return origin;
    }

    /** Starts an origin that is there to be looked at, and registers it. */
    FakeOrigin fakeOrigin(String name, String kind) throws IOException {
        FakeOrigin origin = new FakeOrigin();
        open.push(origin::close);
        Runnable beat = () -> controlPlane().register(name, origin.port(), "1", kind);
        beat.run();
        var _ = beats.scheduleAtFixedRate(beat, BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
        return origin;
    }

    /** Each stream whose name begins with the key goes to the origin of that name, all others wherever. */
    Http.Answer steer(Map<String, String> streamsToOrigins) {
        List<String> rules = new ArrayList<>();
        streamsToOrigins.forEach((stream, origin) -> rules.add("{\"name\":\"" + stream + "\",\"stream\":\"" + stream
                + "*\",\"labels\":{\"name\":\"" + origin + "\"}}"));
        return rules(String.join(",", rules));
    }

    /** Replaces all placement rules. */
    Http.Answer rules(String rules) {
        return controlPlane().api().send("PUT", "/api/v1/placement/rules", "{\"rules\":[" + rules + "]}");
    }

    private void beat(NginxOrigin origin) {
        if (origin.process().isAlive() && !silent.contains(origin)) {
            // Nobody may be there to hear it; the next one counts then.
            var _ = register(origin);
        }
    }

    /** At the first control plane that takes it, as behind an address that they share. */
    private Http.Answer register(NginxOrigin origin) {
        return controlPlanes.stream()
                .map(each -> each.register(origin, incarnation(origin)))
                .filter(answer -> answer.status() == 200)
                .findFirst()
                .orElseGet(() -> new Http.Answer(0, "no control plane took it", MissingNode.getInstance()));
    }

    private static String incarnation(NginxOrigin origin) {
        return Long.toString(origin.process().pid());
    }

    /** The whole machine of this origin stands still: its processes, and with them its heartbeat. */
    void freeze(NginxOrigin origin) {
        silent.add(origin);
        origin.process().suspend();
    }

    void thaw(NginxOrigin origin) {
        origin.process().resume();
        silent.remove(origin);
    }

    Worker worker(String name) {
        return worker(name, Map.of());
    }

    Worker worker(String name, Map<String, String> settings) {
        return worker(name, "127.0.0.1", settings, List.of());
    }

    Worker worker(String name, String host, Map<String, String> settings, List<String> jvm) {
        String urls = controlPlanes.stream().map(ControlPlane::url).collect(Collectors.joining(","));
        return worker(name, host, urls, settings, jvm);
    }

    /** @param controlPlaneUrls as the worker is told them */
    Worker worker(String name, String host, String controlPlaneUrls, Map<String, String> settings, List<String> jvm) {
        Worker worker = Worker.start(name, host, controlPlaneUrls, subfolder(name), settings, jvm);
        open.push(worker::close);
        return worker;
    }

    /** The first, and most often the only one. */
    ControlPlane controlPlane() {
        return controlPlanes.getFirst();
    }

    /** On a machine of its own. */
    Worker worker(String name, Machine machine, String controlPlaneUrls, Map<String, String> settings) {
        Worker worker = Worker.start(name, machine, controlPlaneUrls, subfolder(name), settings);
        open.push(worker::close);
        return worker;
    }

    List<ControlPlane> controlPlanes() {
        return List.copyOf(controlPlanes);
    }

    CallbackRecorder recorder() {
        return recorder;
    }

    Path folder() {
        return folder;
    }

    static OriginId id(NginxOrigin origin) {
        return OriginId.of(origin.name(), origin.host(), origin.port());
    }

    /** Where the control plane says that a stream of app live on the default vhost is. */
    Optional<String> boundOrigin(String stream) {
        return boundOrigin(controlPlane(), stream);
    }

    static Optional<String> boundOrigin(ControlPlane asked, String stream) {
        return asked.api().get("/api/v1/streams?limit=1000").items().stream()
                .filter(item -> item.path("stream").asText().equals("__defaultVhost__/live/" + stream))
                .map(item -> item.path("origin").asText())
                .findFirst();
    }

    JsonNode originNode(NginxOrigin origin) {
        return controlPlane().api().get("/api/v1/origins/" + id(origin)).json();
    }

    /** Waits until an origin's HTTP callback said so; the callback comes after the client's own answer. */
    String awaitOrigin(String call, String stream, int calls) {
        Await.until(
                Duration.ofSeconds(10),
                calls + " x " + call + " of " + stream + " seen by an origin",
                () -> recorder.calls(call, stream).size() >= calls,
                () -> "seen: " + recorder.calls());
        return recorder.calls(call, stream).getLast().origin();
    }

    private Path subfolder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        open.forEach(Runnable::run);
    }
}
