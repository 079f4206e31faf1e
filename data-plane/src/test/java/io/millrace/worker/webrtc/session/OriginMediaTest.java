package io.millrace.worker.webrtc.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginKind;
import io.millrace.model.Transport;
import io.millrace.worker.webrtc.codec.Candidate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginMediaTest {

    private static Origin origin(OriginKind kind, String host) {
        Origin one = RtcOrigin.at(1985, kind);
        return new Origin(
                one.id(),
                one.server(),
                host,
                one.incarnation(),
                kind,
                Map.of(Listener.RTC, List.of(new Endpoint(Transport.UDP, host, 8_000))),
                "",
                Map.of(),
                1,
                one.state(),
                one.admission());
    }

    private static String chosen(OriginKind kind, String host, String candidates) {
        List<Candidate> offered = Arrays.stream(candidates.split(",", -1))
                .flatMap(text -> Candidate.parse("1 " + text.strip()).stream())
                .toList();
        return OriginMedia.endpoint(origin(kind, host), offered).orElseThrow().authority();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.9 | '' | 10.0.0.9:8000",
                "10.0.0.9 | 1 udp 9 10.0.0.8 7001 typ host | 10.0.0.8:7001",
                "10.0.0.9 | 1 udp 9 10.0.0.8 7001 typ host, 1 udp 1 10.0.0.9 7002 typ host | 10.0.0.9:7002",
                "10.0.0.9 | 1 udp 9 127.0.0.1 7001 typ host, 1 udp 1 10.0.0.8 7002 typ host | 10.0.0.8:7002",
                "10.0.0.9 | 1 udp 9 x.local 7001 typ host, 1 tcp 1 10.0.0.9 7002 typ host | 10.0.0.9:8000",
                "10.0.0.9 | 2 udp 9 10.0.0.9 7001 typ host, 1 udp 1 0.0.0.0 7002 typ host | 10.0.0.9:8000",
                "10.0.0.9 | 1 udp 9 fe80::1 7001 typ host, 1 udp 1 2001:db8::9 7002 typ host | [2001:db8::9]:7002",
                "10.0.0.9 | 1 udp 9 10.0.0.8 7001 typ relay, 1 udp 1 10.0.0.7 7002 typ srflx | 10.0.0.7:7002",
                "10.0.0.9 | 1 udp 9 239.0.0.1 7001 typ host, 1 udp 9 10.0.0.9 0 typ host | 10.0.0.9:8000",
                "127.0.0.1 | 1 udp 9 127.0.0.1 7001 typ host | 127.0.0.1:7001",
                "localhost | 1 udp 9 ::1 7001 typ host | [::1]:7001",
                "origin.example.com | 1 udp 9 127.0.0.1 7001 typ host | origin.example.com:8000",
            })
    void othersSayWhereTheirMediaIs(String host, String candidates, String expected) {
        assertThat(chosen(OriginKind.OTHER, host, candidates)).isEqualTo(expected);
    }

    @Test
    void srsHasOnePortWhateverItShowsToClients() {
        assertThat(chosen(OriginKind.SRS, "10.0.0.9", "1 udp 9 203.0.113.1 7001 typ host"))
                .isEqualTo("10.0.0.9:8000");
    }

    @Test
    void signallingGoesToTheApiElseToHttp() {
        Origin both = RtcOrigin.at(1985, OriginKind.SRS);
        assertThat(OriginMedia.api(both).orElseThrow().port()).isEqualTo(1985);
        assertThat(OriginMedia.api(origin(OriginKind.SRS, "10.0.0.9"))).isEmpty();
    }
}
