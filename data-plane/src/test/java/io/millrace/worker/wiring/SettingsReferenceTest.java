package io.millrace.worker.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.settings.SettingsReader;
import io.millrace.worker.settings.SettingsReader.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the worker's part of docs/settings.md equal to what {@link AllSettings} reads. */
class SettingsReferenceTest {

    private static final Path PAGE = Path.of("../docs/settings.md");
    private static final String BEGIN = "<!-- worker begins -->\n";
    private static final String END = "<!-- worker ends -->";

    /** What no type says: the default that depends on the machine, and texts with rules of their own. */
    private static final Map<String, Setting> SPECIAL = Stream.of(
                    new Setting(
                            "millrace.worker-name",
                            "<host name>-<RTMP port>",
                            "1 to 100 letters, digits, dots, underscores and hyphens, beginning with a letter or digit"),
                    new Setting(
                            "millrace.pending-bytes",
                            "half of -XX:MaxDirectMemorySize",
                            "whole numbers from 1048576 to -XX:MaxDirectMemorySize"),
                    new Setting("millrace.data-dir", "millrace-data", "the path of a folder"),
                    new Setting(
                            "PROXY_STATIC_FILES", "a built-in player page", "the path of a folder that can be read"),
                    new Setting("millrace.rtsp.udp-ports", "22000-29999", "off, FIRST-LAST with at least two pairs"),
                    new Setting("millrace.origin-api-auth", "", "basic:user:password or bearer:token"),
                    new Setting(
                            "millrace.origin-api-auth-file",
                            "",
                            "the path of a file with one line for each: server id, address or *, a space, and what"
                                    + " MILLRACE_ORIGIN_API_AUTH takes"),
                    new Setting("millrace.api-url", "", "an http or https URL"),
                    new Setting("millrace.metrics.token", "", "any text"),
                    new Setting(
                            "millrace.cluster-token",
                            "the file `cluster-token` in the data folder",
                            "32 to 1024 random printable ASCII characters, no spaces; two with a comma between while it is rotated"),
                    new Setting(
                            "millrace.webrtc.tcp", "what PROXY_WEBRTC_SERVER is", "off, port, host:port, [ipv6]:port"),
                    new Setting("millrace.webrtc.addresses", "", "ip, ip:port, [ipv6]:port, separated by commas"),
                    new Setting("millrace.tls.certificate", "", "PEM files, separated by commas"),
                    new Setting("millrace.tls.key", "", "PEM files, separated by commas"),
                    new Setting("millrace.tls.min-version", "1.2", "1.2, 1.3"))
            .collect(Collectors.toMap(Setting::name, Function.identity()));

    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("PROXY_RTMP_SERVER", "Where clients reach RTMP; only a port means all addresses, IPv4 and IPv6"),
            Map.entry("PROXY_STATIC_FILES", "What is served over HTTP where no stream is requested"),
            Map.entry("PROXY_GRACE_QUIT_TIMEOUT", "How long a drain lets sessions go on"),
            Map.entry(
                    "PROXY_FORCE_QUIT_TIMEOUT",
                    "When a draining process is halted at the latest; where the grace time is as long, sessions go on for two seconds less"),
            Map.entry(
                    "millrace.rtmp.handshake-timeout", "From accepting a connection to the end of its RTMP handshake"),
            Map.entry("millrace.rtmp.command-timeout", "From the handshake to publish or play"),
            Map.entry("millrace.rtmp.publish-idle-timeout", "A publisher that sends nothing for so long is ended"),
            Map.entry(
                    "millrace.rtmp.play-idle-timeout",
                    "A viewer that gets nothing from the origin for so long is ended"),
            Map.entry(
                    "millrace.rtmp.stall-timeout",
                    "A side that reads nothing for so long, while data waits for it, is closed"),
            Map.entry(
                    "millrace.rtmp.proxy-protocol",
                    "Every client connection opens with a PROXY protocol header, v1 or v2; one without it is refused"),
            Map.entry(
                    "millrace.rtmp.srs-real-ip",
                    "Send origins of kind srs the client's IPv4 address as SRS's prefix before the handshake"),
            Map.entry(
                    "PROXY_WEBRTC_SERVER",
                    "Where clients reach WebRTC media over UDP; only a port means all addresses, IPv4 and IPv6"),
            Map.entry("millrace.webrtc.tcp", "Where clients reach WebRTC media over TCP (ICE-TCP); `off` for nowhere"),
            Map.entry(
                    "millrace.webrtc.addresses",
                    "Where clients send WebRTC media, in place of the origin's addresses; a port only where a device in front"
                            + " maps it. Not set: the address by which the client reached the API, that of the listener, else those"
                            + " of the network interfaces"),
            Map.entry(
                    "millrace.webrtc.direct",
                    "Leave the candidates of origin and client as they are: WebRTC media does not pass the worker"),
            Map.entry(
                    "millrace.webrtc.idle-timeout", "A WebRTC session whose client sends nothing for so long is ended"),
            Map.entry("PROXY_SRT_SERVER", "Where clients reach SRT, by UDP; only a port means all addresses"),
            Map.entry(
                    "millrace.srt.idle-timeout",
                    "An SRT session whose client or origin sends nothing for so long is ended"),
            Map.entry(
                    "PROXY_HTTP_SERVER",
                    "Where clients reach HTTP: media, playlists, files; only a port means all addresses"),
            Map.entry(
                    "PROXY_HTTP_API",
                    "Where the HTTP API of SRS is answered for the cluster; only a port means all addresses"),
            Map.entry(
                    "millrace.http.head-timeout",
                    "From accepting a connection, or from the first byte of a later request, to the end of the request's head"),
            Map.entry("millrace.http.body-timeout", "From the head of a request to the end of its body"),
            Map.entry(
                    "millrace.http.idle-timeout", "A connection that waits for its next request for so long is closed"),
            Map.entry(
                    "millrace.http.stall-timeout",
                    "A client that reads nothing for so long, while data waits for it, is closed"),
            Map.entry("millrace.http.max-body", "Bytes of a request's body; more are refused with 413"),
            Map.entry("millrace.http.max-connections", "HTTP connections at once; more are closed"),
            Map.entry(
                    "millrace.http.proxy-protocol",
                    "Every HTTP connection opens with a PROXY protocol header, v1 or v2; one without it is closed"),
            Map.entry(
                    "millrace.flv.play-idle-timeout",
                    "A viewer of HTTP-FLV or HTTP-TS that gets nothing from the origin for so long is ended"),
            Map.entry("millrace.log.json", "Each log line is a JSON object with `time`, `level`, `msg` and more"),
            Map.entry(
                    "millrace.origin-api-auth",
                    "The credentials for the HTTP APIs of all origins, see [origins](operate/origins.md#origins-whose-api-is-protected)"),
            Map.entry(
                    "millrace.origin-api-auth-file",
                    "The same, for single origins, and without the secret in the environment"),
            Map.entry("millrace.origin.http-idle", "An idle HTTP connection to an origin is kept for so long"),
            Map.entry(
                    "millrace.origin.http-max-idle", "Idle HTTP connections that each event loop keeps to each origin"),
            Map.entry(
                    "millrace.http.cache-bytes",
                    "Bytes of playlists and segments that are kept; as much again may be on its way from origins, or"
                            + " be held by slow clients alone"),
            Map.entry(
                    "millrace.http.cache-max-object-bytes",
                    "A larger segment or file goes to its viewers without being kept"),
            Map.entry(
                    "millrace.http.cache-max-fetches",
                    "Requests for playlists and segments to origins at once; what would need another one gets 503"),
            Map.entry("millrace.http.cache-segment-ttl", "A segment is kept for so long, unless its origin says less"),
            Map.entry("millrace.http.cache-error-ttl", "A 404, 410 or 5xx of an origin is kept for so long"),
            Map.entry(
                    "millrace.https-server",
                    "Where clients reach HTTPS, with HTTP/1.1 and HTTP/2; only a port means all addresses"),
            Map.entry("millrace.rtmps-server", "Where clients reach RTMPS; only a port means all addresses"),
            Map.entry(
                    "millrace.tls.certificate",
                    "Certificates, each with those that lead to its root, chosen by the server name that a client asks for;"
                            + " the first is for all other names"),
            Map.entry("millrace.rtsps-server", "Where clients reach RTSPS; only a port means all addresses"),
            Map.entry(
                    "millrace.rtsp-server", "Where clients reach RTSP; only a port means all addresses, IPv4 and IPv6"),
            Map.entry(
                    "millrace.rtsp.request-timeout",
                    "From accepting a connection to the RTSP request that names a stream"),
            Map.entry(
                    "millrace.rtsp.idle-timeout",
                    "An RTSP session that gets no data for so long is ended; a viewer over UDP must send that often, or as often as its origin demands"),
            Map.entry(
                    "millrace.rtsp.stall-timeout",
                    "A side of an RTSP session that reads nothing for so long, while data waits for it, is closed"),
            Map.entry(
                    "millrace.rtsp.udp-ports",
                    "Ports for RTP and RTCP over UDP, towards clients and origins: four for each track; off leaves TCP alone"),
            Map.entry(
                    "millrace.rtsp.proxy-protocol",
                    "Every RTSP connection opens with a PROXY protocol header, v1 or v2; one without it is refused"),
            Map.entry("millrace.tls.key", "The private keys to them, RSA or ECDSA, in the same order"),
            Map.entry("millrace.tls.min-version", "The oldest version of TLS that clients may use"),
            Map.entry("millrace.tls.handshake-timeout", "From accepting a connection to the end of its TLS handshake"),
            Map.entry(
                    "millrace.tls.reload-interval",
                    "How often certificates and keys are checked; changes count for new connections"),
            Map.entry("millrace.origin.connect-timeout", "Until an origin accepts a connection"),
            Map.entry(
                    "millrace.origin.answer-timeout",
                    "From there until the origin has answered: handshake, connect and createStream of RTMP, the first answer of RTSP, the head of HTTP, the handshake of SRT (a second at most)"),
            Map.entry(
                    "millrace.origin.hedge-after",
                    "Until another origin is dialled beside one that has answered nothing (the handshake of RTMP and SRT, OPTIONS of RTSP and WebRTC), for a stream that lives nowhere yet; the first to answer gets it"),
            Map.entry(
                    "millrace.worker-name", "The worker's name in the cluster; must be unique and stay over restarts"),
            Map.entry(
                    "millrace.data-dir",
                    "Holds `cluster-token` and `worker-<name>/routing-table.json`; relative to the working directory"),
            Map.entry(
                    "millrace.api-url",
                    "Where clients reach this worker's HTTP API; other workers send clients here when they drain. Not set: the"
                            + " address of PROXY_HTTP_API or, if that is all of them, the one of this machine towards the control plane"),
            Map.entry(
                    "millrace.api.networks",
                    "Where clients may be that read SRS's API at PROXY_HTTP_API without a token; every address of X-Forwarded-For"
                            + " counts too"),
            Map.entry(
                    "millrace.api.hosts",
                    "Names with a dot by which they may call the worker, beside IP addresses; others may be those of a page that was"
                            + " made to lead here"),
            Map.entry("millrace.zone", "Reported to the control plane and shown there; it has no effect on placement"),
            Map.entry("millrace.event-loops", "Threads that carry media; 0 for one per core"),
            Map.entry(
                    "millrace.pending-bytes",
                    "Bytes that all connections together hold for peers that do not read them; as they fill, each may hold less, and beyond them the connections that have read nothing for longest are closed"),
            Map.entry(
                    "millrace.max-address-share",
                    "How many percent of all connections, of those that have named no stream yet and of all sessions one address (one /64"
                            + " with IPv6) may have while no other has any, and less the fewer are left; 100 for no bound, as behind"
                            + " balancers that hide their clients' addresses"),
            Map.entry("millrace.max-sessions", "Sessions at once; more are refused"),
            Map.entry(
                    "millrace.max-waited-for",
                    "Streams without a publisher that players wait for; players of further ones are refused"),
            Map.entry(
                    "millrace.max-waited-for-per-address",
                    "Of these, those that players of one address (one /64 with IPv6) wait for"),
            Map.entry(
                    "millrace.control-plane-url",
                    "Where the control plane is. Each worker begins with one of several URLs and keeps the one that works; a name with several addresses counts as several"),
            Map.entry(
                    "millrace.routing.resolve-deadline",
                    "How long a new session waits for the control plane; then the worker decides alone"),
            Map.entry("millrace.routing.cache-size", "Bindings that are remembered"),
            Map.entry("millrace.management", "Health, metrics and the admin API; only a port means loopback"),
            Map.entry("millrace.metrics.networks", "From where metrics are read without a token"),
            Map.entry("millrace.metrics.token", "A bearer token with which metrics are read from everywhere"),
            Map.entry("millrace.cluster-token", "The secret that control plane and workers share"));

    @Test
    void pageShowsEverySettingOfTheWorker() throws IOException {
        SettingsReader reader = new SettingsReader(name -> Optional.empty());
        AllSettings.read(reader);
        Map<String, Setting> rows = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        reader.known().forEach(setting -> rows.put(setting.variable(), SPECIAL.getOrDefault(setting.name(), setting)));
        assertThat(reader.known().stream().map(Setting::name)).containsExactlyInAnyOrderElementsOf(MEANINGS.keySet());
        String table = "| variable | property | default | allowed | meaning |\n|---|---|---|---|---|\n"
                + rows.values().stream().map(SettingsReferenceTest::row).collect(Collectors.joining());

        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        if (Boolean.getBoolean("millrace.docs.write")) {
            Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
        } else {
            assertThat(page.substring(from, to))
                    .as("docs/settings.md; -Dmillrace.docs.write=true writes it anew")
                    .isEqualTo(table);
        }
    }

    private static String row(Setting setting) {
        return "| `%s` | `%s` | %s | %s | %s |%n"
                .formatted(
                        setting.variable(),
                        setting.name(),
                        code(setting.usual()),
                        setting.allowed(),
                        MEANINGS.get(setting.name()));
    }

    private static String code(String usual) {
        return usual.isEmpty() ? "none" : usual.contains("`") ? usual : "`" + usual + "`";
    }
}
