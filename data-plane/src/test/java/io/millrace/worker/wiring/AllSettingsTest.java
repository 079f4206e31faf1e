package io.millrace.worker.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.worker.admin.DrainLimits;
import io.millrace.worker.rtsp.PortRange;
import io.millrace.worker.settings.BadSettingsException;
import io.millrace.worker.settings.ListenerAddress;
import io.netty.util.internal.PlatformDependent;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllSettingsTest {

    private static AllSettings read(Map<String, String> set) {
        return AllSettings.read(name -> Optional.ofNullable(set.get(name)));
    }

    @Test
    void runsWithoutAnySetting() {
        AllSettings settings = read(Map.of());

        assertThat(settings.rtmp().listen()).isEqualTo(new ListenerAddress("", 11935));
        assertThat(settings.rtsp().listen()).isEqualTo(new ListenerAddress("", 18554));
        assertThat(settings.rtsp().udpPorts()).contains(new PortRange(22000, 29999));
        assertThat(settings.tls().rtsps()).isEmpty();
        assertThat(settings.management()).isEqualTo(new ListenerAddress("127.0.0.1", 9001));
        assertThat(settings.drain().grace()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.drain().force()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.routing().controlPlanes()).containsExactly(URI.create("http://127.0.0.1:12025"));
        assertThat(settings.worker().name()).endsWith("-11935");
        assertThat(settings.worker().pendingBytes()).isEqualTo(PlatformDependent.maxDirectMemory() / 2);
        assertThat(settings.clusterToken()).isEmpty();
    }

    @Test
    void readsTheVariablesOfSrsProxy() {
        AllSettings settings = read(Map.of(
                "PROXY_RTMP_SERVER", "[::1]:1935",
                "PROXY_GRACE_QUIT_TIMEOUT", "1m30s",
                "PROXY_FORCE_QUIT_TIMEOUT", "2m",
                "millrace.control-plane-url", "http://a:1/, http://b:2"));

        assertThat(settings.rtmp().listen()).isEqualTo(new ListenerAddress("::1", 1935));
        assertThat(settings.drain().grace()).isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.routing().controlPlanes())
                .containsExactly(URI.create("http://a:1"), URI.create("http://b:2"));
    }

    @ParameterizedTest
    @CsvSource({"30s, 30s, 28s", "20s, 10s, 8s", "1s, 1s, 750ms", "20s, 20001ms, 20s", "0s, 1s, 0s"})
    void takesAGraceTimeThatLeavesNoneToEndSessionsAndUsesLess(String grace, String force, String used) {
        DrainLimits limits = read(Map.of("PROXY_GRACE_QUIT_TIMEOUT", grace, "PROXY_FORCE_QUIT_TIMEOUT", force))
                .drain();
        assertThat(limits.effectiveGrace()).isEqualTo(Duration.parse("PT" + used.replace("750ms", "0.75s")));
    }

    @Test
    void portsForDatagramsCanBeTurnedOff() {
        assertThat(read(Map.of("millrace.rtsp.udp-ports", "OFF")).rtsp().udpPorts())
                .isEmpty();
        PortRange range = read(Map.of("millrace.rtsp.udp-ports", "5001-5006"))
                .rtsp()
                .udpPorts()
                .orElseThrow();
        assertThat(range.firstEven()).isEqualTo(5002);
        assertThat(range.pairs()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY_RTMP_SERVER, rtmp, PROXY_RTMP_SERVER is 'rtmp'",
        "PROXY_RTMP_SERVER, host:99999, PROXY_RTMP_SERVER is 'host:99999'",
        "PROXY_RTMP_SERVER, ::1:1935, PROXY_RTMP_SERVER is '::1:1935'",
        "PROXY_GRACE_QUIT_TIMEOUT, 20, PROXY_GRACE_QUIT_TIMEOUT is '20'",
        "PROXY_FORCE_QUIT_TIMEOUT, 0s, PROXY_FORCE_QUIT_TIMEOUT is '0s'",
        "millrace.max-sessions, 0, MILLRACE_MAX_SESSIONS is '0'",
        "millrace.pending-bytes, 1000, MILLRACE_PENDING_BYTES is '1000'",
        "millrace.pending-bytes, 99999999999999, MILLRACE_PENDING_BYTES is '99999999999999'",
        "millrace.max-sessions, many, MILLRACE_MAX_SESSIONS is 'many'",
        "millrace.rtmp.proxy-protocol, perhaps, MILLRACE_RTMP_PROXY_PROTOCOL is 'perhaps'",
        "millrace.control-plane-url, ftp://x, MILLRACE_CONTROL_PLANE_URL is 'ftp://x'",
        "millrace.worker-name, a/b, MILLRACE_WORKER_NAME is 'a/b'",
        "PROXY_STATIC_FILES, /no/such/folder, PROXY_STATIC_FILES is '/no/such/folder'; it does not exist",
        "PROXY_STATIC_FILES, /dev/null, PROXY_STATIC_FILES is '/dev/null'; it is no folder",
        "millrace.rtsp-server, x:y, MILLRACE_RTSP_SERVER is 'x:y'",
        "millrace.rtsp.udp-ports, 22000, MILLRACE_RTSP_UDP_PORTS is '22000'",
        "millrace.rtsp.udp-ports, 22000-22002, MILLRACE_RTSP_UDP_PORTS is '22000-22002'",
        "millrace.rtsp.udp-ports, 65530-65536, MILLRACE_RTSP_UDP_PORTS is '65530-65536'",
        "millrace.management, x:, MILLRACE_MANAGEMENT is 'x:'",
        "PROXY_WEBRTC_SERVER, udp, PROXY_WEBRTC_SERVER is 'udp'",
        "millrace.webrtc.tcp, tcp, MILLRACE_WEBRTC_TCP is 'tcp'",
        "millrace.webrtc.addresses, media.example.com, MILLRACE_WEBRTC_ADDRESSES is 'media.example.com'",
        "millrace.webrtc.addresses, fd00::1:8000:, MILLRACE_WEBRTC_ADDRESSES is 'fd00::1:8000:'",
        "millrace.api-url, ftp://x, MILLRACE_API_URL is 'ftp://x'",
        "millrace.log.json, perhaps, MILLRACE_LOG_JSON is 'perhaps'",
        "millrace.webrtc.idle-timeout, 0s, MILLRACE_WEBRTC_IDLE_TIMEOUT is '0s'",
    })
    void namesTheVariableItsValueAndWhatIsAllowedInOneLine(String name, String value, String expected) {
        assertThatThrownBy(() -> read(Map.of(name, value)))
                .isInstanceOf(BadSettingsException.class)
                .hasMessageStartingWith(expected)
                .hasMessageContaining("allowed")
                .hasMessageNotContaining("\n");
    }

    @Test
    void webRtcOverTcpListensWhereUdpDoesUnlessSetOrOff() {
        assertThat(read(Map.of("PROXY_WEBRTC_SERVER", "10.0.0.1:8000")).webRtc().tcp())
                .contains(new ListenerAddress("10.0.0.1", 8000));
        assertThat(read(Map.of("millrace.webrtc.tcp", "443")).webRtc().tcp()).contains(new ListenerAddress("", 443));
        assertThat(read(Map.of("millrace.webrtc.tcp", "off")).webRtc().tcp()).isEmpty();
    }

    @Test
    void readsWhatWebRtcAnnounces() {
        AllSettings settings = read(Map.of(
                "millrace.webrtc.addresses", "192.0.2.7, [2001:db8::7]:443,2001:db8::8",
                "millrace.api-url", "https://media.example.com/"));

        assertThat(settings.webRtc().addresses()).containsExactly("192.0.2.7", "[2001:db8::7]:443", "2001:db8::8");
        assertThat(settings.worker().apiUrl()).contains("https://media.example.com");
    }

    @Test
    void neverShowsCredentialsOfOrigins() {
        assertThatThrownBy(() -> read(Map.of("millrace.origin-api-auth", "s3cret")))
                .hasMessageStartingWith(
                        "MILLRACE_ORIGIN_API_AUTH is '***'; allowed is basic:user:password or bearer:token")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> read(Map.of("millrace.origin-api-auth-file", "/no/such/file")))
                .hasMessageStartingWith("MILLRACE_ORIGIN_API_AUTH_FILE is '/no/such/file'; it cannot be read")
                .hasMessageNotContaining("\n");
        assertThat(read(Map.of("millrace.origin-api-auth", "bearer:s3cret")).toString())
                .doesNotContain("s3cret");
    }

    @Test
    void namesEveryMistakeAtOnce() {
        assertThatThrownBy(() -> read(Map.of("PROXY_RTMP_SERVER", "x", "millrace.event-loops", "-1")))
                .hasMessageContaining("PROXY_RTMP_SERVER")
                .hasMessageContaining("MILLRACE_EVENT_LOOPS");
    }
}
