package io.millrace.cluster.plane;

import io.millrace.cluster.process.CpuMeter;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A worker on its own ports. */
public final class Worker implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final Machine machine;
    private final String host;
    private final int port = Ports.reserve();
    private final int httpPort = Ports.reserve();
    private final int apiPort = Ports.reserve();
    private final int srtPort = Ports.reserve();
    private final int webRtcPort = Ports.reserve();
    private final int rtspPort = Ports.reserve();
    private final int managementPort = Ports.reserve();
    private final ManagedProcess process;

    private Worker(
            String name,
            Machine machine,
            String host,
            String controlPlaneUrl,
            Path data,
            Map<String, String> settings,
            List<String> jvm) {
        this.machine = machine;
        this.name = name;
        this.host = host;
        Map<String, String> environment = new HashMap<>();
        environment.put("PROXY_RTMP_SERVER", host + ":" + port);
        environment.put("PROXY_HTTP_SERVER", host + ":" + httpPort);
        environment.put("PROXY_HTTP_API", host + ":" + apiPort);
        environment.put("PROXY_SRT_SERVER", host + ":" + srtPort);
        environment.put("PROXY_WEBRTC_SERVER", host + ":" + webRtcPort);
        environment.put("MILLRACE_RTSP_SERVER", host + ":" + rtspPort);
        environment.put("MILLRACE_MANAGEMENT", machine.access() + ":" + managementPort);
        environment.put("MILLRACE_DATA_DIR", data.toString());
        environment.put("MILLRACE_CONTROL_PLANE_URL", controlPlaneUrl);
        environment.put("MILLRACE_CLUSTER_TOKEN", ControlPlane.TOKEN);
        environment.put("MILLRACE_WORKER_NAME", name);
        // A busy machine may take longer than the production deadline; then a worker places by itself, which is right,
        // but not what tests are about whose control plane is there. One that is gone refuses at once all the same.
        environment.put("MILLRACE_ROUTING_RESOLVE_DEADLINE", "5s");
        environment.putAll(settings);
        this.process = ManagedProcess.start(
                name, data, environment, machine.command(Product.command("data-plane", "worker", jvm)));
    }

    public static Worker start(String name, ControlPlane controlPlane, Path data) {
        return start(name, controlPlane, data, Map.of());
    }

    /** @param settings environment variables over those that the harness sets */
    public static Worker start(String name, ControlPlane controlPlane, Path data, Map<String, String> settings) {
        return start(name, "127.0.0.1", controlPlane.url(), data, settings, List.of());
    }

    /**
     * @param host the address its media listener binds
     * @param jvm options over those of a normal start
     */
    public static Worker start(
            String name,
            String host,
            String controlPlaneUrl,
            Path data,
            Map<String, String> settings,
            List<String> jvm) {
        return started(new Worker(name, Machine.HERE, host, controlPlaneUrl, data, settings, jvm));
    }

    /** On a machine of its own. */
    public static Worker start(
            String name, Machine machine, String controlPlaneUrl, Path data, Map<String, String> settings) {
        return started(new Worker(name, machine, machine.access(), controlPlaneUrl, data, settings, List.of()));
    }

    private static Worker started(Worker started) {
        Http management = started.management();
        started.process.awaitStart(
                START_LIMIT, "ready", () -> management.get("/q/health/ready").status() == 200);
        return started;
    }

    public String name() {
        return name;
    }

    public int port() {
        return port;
    }

    public String rtmp(String appAndStream) {
        return "rtmp://" + host + ":" + port + "/" + appAndStream;
    }

    public int httpPort() {
        return httpPort;
    }

    public int apiPort() {
        return apiPort;
    }

    /** For datagrams. */
    public int srtPort() {
        return srtPort;
    }

    /** For datagrams and connections both. */
    public int webRtcPort() {
        return webRtcPort;
    }

    public int rtspPort() {
        return rtspPort;
    }

    /** Where a stream of app live is published by WHIP. */
    public String whip(String stream) {
        return "http://" + host + ":" + apiPort + "/rtc/v1/whip/?app=live&stream=" + stream;
    }

    /** Where a stream of app live is played by WHEP. */
    public String whep(String stream) {
        return "http://" + host + ":" + apiPort + "/rtc/v1/whep/?app=live&stream=" + stream;
    }

    public String rtsp(String appAndStream) {
        return "rtsp://" + host + ":" + rtspPort + "/" + appAndStream;
    }

    /** @param path with its slash */
    public String http(String path) {
        return "http://" + host + ":" + httpPort + path;
    }

    public Http management() {
        return new Http(URI.create("http://" + machine.access() + ":" + managementPort + "/"));
    }

    /** The value of a metric summed over its tags; 0 where the worker has none of that name yet. */
    public double metric(String metricName) {
        return metric(metricName, "");
    }

    /** @param tag as it stands in the metrics, like {@code reason="drained"}; empty for all */
    public double metric(String metricName, String tag) {
        return management()
                .get("/q/metrics")
                .text()
                .lines()
                .filter(line -> line.contains(tag))
                .filter(line -> line.startsWith(metricName + "{") || line.startsWith(metricName + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    public long residentBytes() {
        return CpuMeter.residentBytes(process.pid());
    }

    public ManagedProcess process() {
        return process;
    }

    public void kill() {
        process.kill();
    }

    /** @throws IllegalStateException when Netty has found that a buffer was lost */
    @Override
    public void close() {
        process.close();
        if (process.output().stream().anyMatch(line -> line.contains("LEAK: "))) {
            throw new IllegalStateException(name + " lost a buffer\n" + process.lastOutput());
        }
    }
}
