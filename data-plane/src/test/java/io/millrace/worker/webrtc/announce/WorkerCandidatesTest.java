package io.millrace.worker.webrtc.announce;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.http.Request;
import io.millrace.worker.webrtc.AnnouncedAddress;
import io.millrace.worker.webrtc.codec.Candidate;
import io.millrace.worker.webrtc.session.SignallingWorker;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerCandidatesTest {

    private final ListenerBoard board = new ListenerBoard();

    private static InetAddress ip(String literal) {
        return NetUtil.createInetAddressFromIpAddressString(literal);
    }

    private static Request request(String host, String client) {
        return new Request(
                HttpMethod.POST,
                HttpVersion.HTTP_1_1,
                "/rtc/v1/whip/",
                "",
                host,
                new DefaultHttpHeaders(),
                new Request.Client(client, client + ":1", false),
                Optional.of(0L));
    }

    private List<Candidate> candidates(String set, String interfaces, Request request, String wanted) {
        SiteAddresses site = new SiteAddresses(
                () -> Arrays.stream(interfaces.split(" ", -1))
                        .filter(text -> !text.isEmpty())
                        .map(WorkerCandidatesTest::ip)
                        .toList(),
                Clock.systemUTC());
        String[] addresses = Arrays.stream(set.split(" ", -1))
                .filter(text -> !text.isEmpty())
                .toArray(String[]::new);
        return new WorkerCandidates(SignallingWorker.settings(false, addresses), board, site)
                .of(request, AnnouncedAddress.parse(wanted));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // asked by the client | set | Host | client | bound to | interfaces | announced
                "198.51.100.7:99 | 192.0.2.7 | 10.0.0.1 | 10.0.0.2 | 0.0.0.0 | 10.0.0.1 | 198.51.100.7:99",
                "'' | 192.0.2.7 [2001:db8::7]:443 | 10.0.0.1 | 10.0.0.2 | 0.0.0.0 | 10.0.0.1 | 192.0.2.7:18000 2001:db8::7:443",
                "'' | '' | 10.0.0.1:1985 | 10.0.0.2 | 0.0.0.0 | 10.9.9.9 | 10.0.0.1:18000",
                "'' | '' | [2001:db8::1]:1985 | 10.0.0.2 | :: | 10.9.9.9 | 2001:db8::1:18000",
                "'' | '' | media.example.com | 10.0.0.2 | 10.5.5.5 | 10.9.9.9 | 10.5.5.5:18000",
                "'' | '' | media.example.com:80 | 10.0.0.2 | 0.0.0.0 | fe80::1 2001:db8::1 10.9.9.9 127.0.0.1 | 10.9.9.9:18000 2001:db8::1:18000",
                "'' | '' | localhost:1985 | 127.0.0.1 | :: | 10.9.9.9 127.0.0.1 ::1 | 127.0.0.1:18000 ::1:18000 10.9.9.9:18000",
                "'' | '' | localhost | 10.0.0.2 | 0.0.0.0 | 127.0.0.1 | 127.0.0.1:18000",
                "'' | '' | '' | '' | 0.0.0.0 | 10.9.9.9 | 10.9.9.9:18000",
            })
    void announcesTheFirstThatIsKnown(
            String wanted, String set, String host, String client, String bound, String interfaces, String announced) {
        board.up(Protocol.WEBRTC, new InetSocketAddress(ip(bound), 18_000));
        assertThat(candidates(set, interfaces, request(host, client), wanted).stream()
                        .map(one -> one.address() + ":" + one.port()))
                .containsExactly(announced.split(" "));
    }

    @Test
    void datagramsComeBeforeTcpAndEachHasItsOwnPriority() {
        board.up(Protocol.WEBRTC, new InetSocketAddress(18_000));
        board.up("webrtc-tcp", new InetSocketAddress(443));
        List<Candidate> all = candidates("192.0.2.7 2001:db8::7", "", request("h", "10.0.0.2"), "");
        assertThat(all.stream().map(Candidate::toString))
                .containsExactly(
                        "1 1 udp 2130706431 192.0.2.7 18000 typ host",
                        "2 1 udp 2130706175 2001:db8::7 18000 typ host",
                        "3 1 tcp 1520434687 192.0.2.7 443 typ host tcptype passive",
                        "4 1 tcp 1520434431 2001:db8::7 443 typ host tcptype passive");
    }

    @Test
    void announcesNothingWithoutAListener() {
        assertThat(candidates("192.0.2.7", "", request("h", "10.0.0.2"), "")).isEmpty();
    }
}
