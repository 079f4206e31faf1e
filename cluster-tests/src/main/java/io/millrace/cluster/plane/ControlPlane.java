package io.millrace.cluster.plane;

import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A control plane, with the memory store unless its settings say otherwise. It can be killed and started again at the same address with the same data. */
public final class ControlPlane implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** What all planes of a test share. */
    public static final String TOKEN = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static final Pattern SECRET = Pattern.compile("\"secret\":\"([^\"]+)\"");

    private final Path data;
    private final Machine machine;
    private final Map<String, String> settings;
    private final List<String> jvm;
    private final int port = Ports.reserve();
    private final int managementPort = Ports.reserve();
    private ManagedProcess process;
    private String apiToken = "";

    private ControlPlane(Path data, Machine machine, Map<String, String> settings, List<String> jvm) {
        this.data = data;
        this.machine = machine;
        this.settings = settings;
        this.jvm = List.copyOf(jvm);
        this.process = launch();
    }

    public static ControlPlane start(Path data) {
        return start(data, Map.of());
    }

    /** @param settings environment variables over those that the harness sets */
    public static ControlPlane start(Path data, Map<String, String> settings) {
        return start(data, settings, List.of());
    }

    /**
     * @param settings environment variables over those that the harness sets
     * @param jvm options over those of a normal start
     */
    public static ControlPlane start(Path data, Map<String, String> settings, List<String> jvm) {
        ControlPlane started = launch(data, Machine.HERE, settings, jvm);
        started.awaitReady();
        return started;
    }

    /** As {@link #start}, for those who {@link #awaitReady wait} later. */
    public static ControlPlane launch(Path data, Machine machine, Map<String, String> settings) {
        return launch(data, machine, settings, List.of());
    }

    /** @param jvm options over those of a normal start */
    public static ControlPlane launch(Path data, Machine machine, Map<String, String> settings, List<String> jvm) {
        return new ControlPlane(data, machine, settings, jvm);
    }

    private ManagedProcess launch() {
        Map<String, String> environment = new HashMap<>();
        environment.put("PROXY_SYSTEM_API", machine.everywhere() + ":" + port);
        environment.put("MILLRACE_MANAGEMENT", machine.access() + ":" + managementPort);
        environment.put("MILLRACE_DATA_DIR", data.toString());
        environment.put("MILLRACE_CLUSTER_TOKEN", TOKEN);
        // Workers of a test enrol at once; nobody needs the production window.
        environment.put("MILLRACE_REBUILD_WINDOW", "1s");
        environment.putAll(settings);
        return ManagedProcess.start(
                "control plane",
                data,
                environment,
                machine.command(Product.command("control-plane", "control-plane", jvm)));
    }

    public void awaitReady() {
        Http management = management();
        // Ready comes before the first table, so that workers can enrol; tests begin when both are there.
        process.awaitStart(
                START_LIMIT,
                "ready",
                () -> management.get("/q/health/ready").status() == 200
                        && api().get("/api/v1/routing-table")
                                .json()
                                .path("table")
                                .isObject());
    }

    /** As workers are told it. */
    public String url() {
        return "http://" + machine.cluster() + ":" + port;
    }

    /** Management; from another host with an API token that is made on the control plane's own. */
    public Http api() {
        Http api = new Http(URI.create("http://" + machine.access() + ":" + port + "/"));
        if (machine.entry().isEmpty()) {
            return api;
        }
        if (apiToken.isEmpty()) {
            apiToken = madeToken();
        }
        return api.with("Authorization", "Bearer " + apiToken);
    }

    /** Empty while the control plane cannot make one. */
    private String madeToken() {
        try {
            String admin = Files.readString(data.resolve("admin-token")).strip();
            Process curl = new ProcessBuilder(machine.command(List.of(
                            "curl",
                            "-sS",
                            "-H",
                            "Authorization: Bearer " + admin,
                            "--json",
                            "{\"name\":\"test\",\"role\":\"admin\"}",
                            "http://127.0.0.1:" + port + "/api/v1/tokens")))
                    .redirectErrorStream(true)
                    .start();
            Matcher secret = SECRET.matcher(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            return secret.find() ? secret.group(1) : "";
        } catch (NoSuchFileException early) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Http management() {
        return new Http(URI.create("http://" + machine.access() + ":" + managementPort + "/"));
    }

    public ManagedProcess process() {
        return process;
    }

    public void kill() {
        process.kill();
    }

    /** Starts it again after {@link #kill}; returns when it is ready. */
    public void restart() {
        process = launch();
        awaitReady();
    }

    /** Registers an origin as SRS's heartbeat does. */
    public Http.Answer register(NginxOrigin origin) {
        return register(origin, "1");
    }

    /** @param service changes with each run of an origin */
    public Http.Answer register(NginxOrigin origin, String service) {
        return register(origin.name(), origin.host(), origin.port(), service, "nginx-rtmp");
    }

    /**
     * @param service changes with each run of an origin
     * @param kind the software that it runs
     */
    public Http.Answer register(String name, int port, String service, String kind) {
        return register(name, "127.0.0.1", port, service, kind);
    }

    private Http.Answer register(String name, String host, int port, String service, String kind) {
        return api().send(
                        "POST",
                        "/api/v1/srs/register",
                        "{\"ip\":\"" + host + "\",\"server\":\"" + name + "\",\"service\":\"" + service
                                + "\",\"pid\":\"" + service + "\",\"rtmp\":[\"" + port + "\"],\"kind\":\"" + kind
                                + "\",\"labels\":{\"name\":\"" + name + "\"}}");
    }

    /** Adds an origin as an operator does, so that it is probed and need not tell that it lives. */
    public Http.Answer addStatic(NginxOrigin origin) {
        return api().send(
                        "POST",
                        "/api/v1/origins",
                        "{\"server\":\"" + origin.name() + "\",\"ip\":\"127.0.0.1\",\"kind\":\"nginx-rtmp\","
                                + "\"endpoints\":{\"rtmp\":[\"" + origin.port() + "\"]}}");
    }

    @Override
    public void close() {
        process.close();
    }
}
