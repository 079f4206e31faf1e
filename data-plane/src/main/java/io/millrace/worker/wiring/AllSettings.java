package io.millrace.worker.wiring;

import io.millrace.model.address.AddressShares;
import io.millrace.model.address.Networks;
import io.millrace.model.settings.MetricsAccess;
import io.millrace.model.settings.OriginCredentials;
import io.millrace.worker.admin.DrainLimits;
import io.millrace.worker.admin.sessions.SessionLimits;
import io.millrace.worker.api.ApiSettings;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.cache.CacheSettings;
import io.millrace.worker.http.delivery.DeliverySettings;
import io.millrace.worker.http.files.FilesSettings;
import io.millrace.worker.http.origin.OriginHttpSettings;
import io.millrace.worker.net.memory.PendingBudget;
import io.millrace.worker.net.tls.TlsSettings;
import io.millrace.worker.routing.RoutingSettings;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.rtsp.PortRange;
import io.millrace.worker.rtsp.RtspSettings;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.settings.ManagementSource;
import io.millrace.worker.settings.OriginTimeouts;
import io.millrace.worker.settings.SettingsReader;
import io.millrace.worker.settings.WorkerSettings;
import io.millrace.worker.srt.SrtSettings;
import io.millrace.worker.webrtc.WebRtcSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Every setting of a worker, read and checked together. */
record AllSettings(
        WorkerSettings worker,
        SessionLimits sessions,
        DrainLimits drain,
        RoutingSettings routing,
        RtmpSettings rtmp,
        WebRtcSettings webRtc,
        SrtSettings srt,
        RtspSettings rtsp,
        HttpSettings http,
        ApiSettings api,
        OriginHttpSettings originHttp,
        CacheSettings cache,
        DeliverySettings delivery,
        TlsSettings tls,
        FilesSettings files,
        OriginCredentials originCredentials,
        ListenerAddress management,
        MetricsAccess metrics,
        Optional<String> clusterToken) {

    private static final Pattern WORKER_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration DAY = Duration.ofDays(1);

    /** @throws io.millrace.worker.settings.BadSettingsException when any makes no sense */
    static AllSettings read(Function<String, Optional<String>> lookup) {
        return read(new SettingsReader(lookup));
    }

    /** @throws io.millrace.worker.settings.BadSettingsException when any makes no sense */
    static AllSettings read(SettingsReader reader) {
        OriginTimeouts origin = OriginTimeouts.read(reader);
        RtmpSettings rtmp = rtmp(reader, origin);
        AllSettings all = new AllSettings(
                worker(reader, rtmp.listen().port()),
                new SessionLimits(
                        reader.number("millrace.max-sessions", 20_000, 1, 10_000_000),
                        reader.number("millrace.max-address-share", 50, 1, AddressShares.ALL),
                        reader.number("millrace.max-waited-for", 10_000, 1, 10_000_000),
                        reader.number("millrace.max-waited-for-per-address", 500, 1, 10_000_000)),
                drain(reader),
                routing(reader),
                rtmp,
                WebRtcSettings.read(reader, origin),
                srt(reader, origin),
                rtsp(reader, origin),
                http(reader, origin),
                ApiSettings.read(reader),
                originHttp(reader, origin),
                new CacheSettings(
                        reader.number("millrace.http.cache-bytes", 128 << 20, 1 << 20, Integer.MAX_VALUE),
                        reader.number("millrace.http.cache-max-object-bytes", 16 << 20, 1 << 10, 1 << 30),
                        reader.number("millrace.http.cache-max-fetches", 10_000, 1, 1_000_000)),
                delivery(reader, origin),
                TlsSettings.read(reader),
                files(reader),
                originCredentials(reader),
                reader.address(ManagementSource.NAME, ManagementSource.DEFAULT, ManagementSource.DEFAULT_HOST),
                new MetricsAccess(
                        reader.networks(MetricsAccess.NETWORKS, Networks.USUAL), reader.value(MetricsAccess.TOKEN)),
                reader.value("millrace.cluster-token"));
        // Quarkus reads it by itself, and takes whatever it does not know for no.
        var _ = reader.onOff("millrace.log.json", false);
        reader.check();
        return all;
    }

    private static WorkerSettings worker(SettingsReader reader, int rtmpPort) {
        String name = reader.text("millrace.worker-name", hostName() + "-" + rtmpPort);
        if (!WORKER_NAME.matcher(name).matches()) {
            reader.bad(
                    "millrace.worker-name",
                    name,
                    "allowed are 1 to 100 letters, digits, dots, underscores and hyphens, beginning with a letter or digit");
        }
        String folder = reader.text("millrace.data-dir", "millrace-data");
        Path dataDir = Path.of("millrace-data");
        try {
            dataDir = Path.of(folder);
        } catch (InvalidPathException e) {
            reader.bad("millrace.data-dir", folder, "allowed is the path of a folder");
        }
        return new WorkerSettings(
                name,
                reader.text("millrace.zone", ""),
                dataDir,
                reader.number("millrace.event-loops", 0, 0, 1_024),
                reader.number(
                        "millrace.pending-bytes", PendingBudget.usual(), PendingBudget.LEAST, PendingBudget.most()),
                apiUrl(reader));
    }

    private static Optional<String> apiUrl(SettingsReader reader) {
        String name = "millrace.api-url";
        return reader.value(name)
                .flatMap(text -> reader.urls(name, text).stream().findFirst().map(URI::toString));
    }

    private static String hostName() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return WORKER_NAME.matcher(name).matches() ? name : "worker";
        } catch (UnknownHostException e) {
            return "worker";
        }
    }

    private static DrainLimits drain(SettingsReader reader) {
        // SRS's proxy takes a grace that is longer than force, so it is no mistake here either.
        Duration grace = reader.duration("PROXY_GRACE_QUIT_TIMEOUT", Duration.ofSeconds(20), Duration.ZERO, DAY);
        Duration force = reader.duration("PROXY_FORCE_QUIT_TIMEOUT", Duration.ofSeconds(30), MILLISECOND, DAY);
        return new DrainLimits(grace, force);
    }

    private static RoutingSettings routing(SettingsReader reader) {
        return new RoutingSettings(
                reader.urls("millrace.control-plane-url", "http://127.0.0.1:12025"),
                reader.duration(
                        "millrace.routing.resolve-deadline",
                        Duration.ofSeconds(1),
                        Duration.ofMillis(10),
                        Duration.ofSeconds(30)),
                reader.number("millrace.routing.cache-size", 100_000, 1, 10_000_000));
    }

    private static RtmpSettings rtmp(SettingsReader reader, OriginTimeouts origin) {
        return new RtmpSettings(
                reader.address("PROXY_RTMP_SERVER", "11935", ""),
                reader.duration("millrace.rtmp.handshake-timeout", Duration.ofSeconds(10), MILLISECOND, DAY),
                reader.duration("millrace.rtmp.command-timeout", Duration.ofSeconds(10), MILLISECOND, DAY),
                reader.duration("millrace.rtmp.publish-idle-timeout", Duration.ofSeconds(30), MILLISECOND, DAY),
                reader.duration("millrace.rtmp.play-idle-timeout", Duration.ofMinutes(5), MILLISECOND, DAY),
                reader.duration("millrace.rtmp.stall-timeout", Duration.ofSeconds(30), MILLISECOND, DAY),
                reader.onOff("millrace.rtmp.proxy-protocol", false),
                reader.onOff("millrace.rtmp.srs-real-ip", false),
                origin.connect(),
                origin.answer(),
                origin.hedgeAfter());
    }

    private static SrtSettings srt(SettingsReader reader, OriginTimeouts origin) {
        // Callers wait for three seconds; so there is time for a second origin when the first does not answer.
        Duration longest = Duration.ofSeconds(1);
        return new SrtSettings(
                reader.address("PROXY_SRT_SERVER", "20080", ""),
                reader.duration("millrace.srt.idle-timeout", Duration.ofSeconds(10), Duration.ofSeconds(2), DAY),
                origin.answer().compareTo(longest) < 0 ? origin.answer() : longest,
                origin.hedgeAfter());
    }

    private static RtspSettings rtsp(SettingsReader reader, OriginTimeouts origin) {
        return new RtspSettings(
                reader.address("millrace.rtsp-server", "18554", ""),
                reader.duration("millrace.rtsp.request-timeout", Duration.ofSeconds(10), MILLISECOND, DAY),
                reader.duration("millrace.rtsp.idle-timeout", Duration.ofSeconds(60), MILLISECOND, DAY),
                reader.duration("millrace.rtsp.stall-timeout", Duration.ofSeconds(30), MILLISECOND, DAY),
                udpPorts(reader),
                reader.onOff("millrace.rtsp.proxy-protocol", false),
                origin.connect(),
                origin.answer(),
                origin.hedgeAfter());
    }

    private static Optional<PortRange> udpPorts(SettingsReader reader) {
        String name = "millrace.rtsp.udp-ports";
        String text = reader.text(name, "22000-29999");
        if (text.equalsIgnoreCase("off")) {
            return Optional.empty();
        }
        try {
            return Optional.of(PortRange.parse(text));
        } catch (IllegalArgumentException e) {
            reader.bad(name, text, "allowed are off, and FIRST-LAST with at least two pairs of ports from 1 to 65535");
            return Optional.empty();
        }
    }

    private static FilesSettings files(SettingsReader reader) {
        String name = "PROXY_STATIC_FILES";
        Optional<String> text = reader.value(name);
        if (text.isEmpty()) {
            return new FilesSettings(Optional.empty());
        }
        String allowed = "allowed is the path of a folder that this user may read";
        try {
            Path folder = Path.of(text.get());
            if (!Files.exists(folder)) {
                reader.bad(name, text.get(), "it does not exist; " + allowed);
            } else if (!Files.isDirectory(folder)) {
                reader.bad(name, text.get(), "it is no folder; " + allowed);
            } else if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
                reader.bad(name, text.get(), "it cannot be read; " + allowed);
            }
            return new FilesSettings(Optional.of(folder));
        } catch (InvalidPathException e) {
            reader.bad(name, text.get(), allowed);
            return new FilesSettings(Optional.empty());
        }
    }

    private static OriginCredentials originCredentials(SettingsReader reader) {
        String forAll = "millrace.origin-api-auth";
        String inFile = "millrace.origin-api-auth-file";
        OriginCredentials credentials = OriginCredentials.NONE;
        Optional<String> text = reader.value(forAll);
        try {
            credentials = OriginCredentials.of(text);
        } catch (IllegalArgumentException e) {
            // The value is a secret, right or wrong.
            reader.bad(forAll, "***", "allowed is " + OriginCredentials.ALLOWED);
        }
        Optional<String> file = reader.value(inFile);
        try {
            return credentials.withFile(file.map(Path::of));
        } catch (IOException | IllegalArgumentException e) {
            reader.bad(inFile, file.orElse(""), OriginCredentials.mistake(e));
            return credentials;
        }
    }

    private static HttpSettings http(SettingsReader reader, OriginTimeouts origin) {
        return new HttpSettings(
                reader.address("PROXY_HTTP_SERVER", "18080", ""),
                reader.address("PROXY_HTTP_API", "11985", ""),
                reader.duration("millrace.http.head-timeout", Duration.ofSeconds(10), MILLISECOND, DAY),
                reader.duration("millrace.http.body-timeout", Duration.ofSeconds(30), MILLISECOND, DAY),
                reader.duration("millrace.http.idle-timeout", Duration.ofSeconds(60), MILLISECOND, DAY),
                reader.duration("millrace.http.stall-timeout", Duration.ofSeconds(30), MILLISECOND, DAY),
                reader.number("millrace.http.max-body", 1 << 20, 1_024, 1 << 30),
                reader.number("millrace.http.max-connections", 50_000, 1, 10_000_000),
                reader.onOff("millrace.http.proxy-protocol", false),
                reader.duration("millrace.flv.play-idle-timeout", Duration.ofMinutes(5), MILLISECOND, DAY),
                origin.connect(),
                origin.answer());
    }

    private static OriginHttpSettings originHttp(SettingsReader reader, OriginTimeouts origin) {
        return new OriginHttpSettings(
                origin.connect(),
                // nginx closes after 75 s, others after as little as 5 s; a closed one costs a second connection.
                reader.duration("millrace.origin.http-idle", Duration.ofSeconds(30), MILLISECOND, DAY),
                reader.number("millrace.origin.http-max-idle", 32, 0, 10_000));
    }

    private static DeliverySettings delivery(SettingsReader reader, OriginTimeouts origin) {
        return new DeliverySettings(
                origin.answer(),
                reader.duration("millrace.http.cache-segment-ttl", Duration.ofSeconds(60), Duration.ZERO, DAY),
                reader.duration("millrace.http.cache-error-ttl", Duration.ofSeconds(1), Duration.ZERO, DAY));
    }
}
