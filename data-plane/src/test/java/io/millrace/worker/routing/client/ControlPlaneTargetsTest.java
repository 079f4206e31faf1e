package io.millrace.worker.routing.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.routing.client.ControlPlaneTargets.Target;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ControlPlaneTargetsTest {

    private static final URI SERVICE = URI.create("http://control-planes:12025");
    private static final List<URI> THREE =
            List.of(URI.create("http://a:1"), URI.create("http://b:1"), URI.create("http://c:1"));

    private List<String> addresses = List.of();

    private ControlPlaneTargets targets(List<URI> urls, String worker) {
        return ControlPlaneTargets.of(urls, worker, this::lookup);
    }

    private List<InetAddress> lookup(String host) throws UnknownHostException {
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return addresses.stream().map(ControlPlaneTargetsTest::address).toList();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Set<String> round(ControlPlaneTargets targets) {
        Set<String> round = new HashSet<>();
        for (int i = 0; i < targets.size(); i++) {
            Target now = targets.current();
            round.add(now.url().toString());
            targets.leave(now);
        }
        return round;
    }

    @Test
    void triesEachAddressOfANameInTurn() {
        addresses = List.of("192.0.2.1", "192.0.2.2", "2001:db8::1");
        ControlPlaneTargets targets = targets(List.of(SERVICE), "w");
        assertThat(targets.current()).isEqualTo(new Target(SERVICE, ""));
        targets.lookUp();
        assertThat(targets.current().host()).isEqualTo("control-planes:12025");
        assertThat(round(targets))
                .containsExactlyInAnyOrder(
                        "http://192.0.2.1:12025", "http://192.0.2.2:12025", "http://[2001:db8:0:0:0:0:0:1]:12025");
    }

    @Test
    void aNameWithOneAddressStaysAName() {
        addresses = List.of("192.0.2.1");
        ControlPlaneTargets targets = targets(List.of(SERVICE), "w");
        targets.lookUp();
        assertThat(targets.current()).isEqualTo(new Target(SERVICE, ""));
        addresses = List.of("192.0.2.1", "192.0.2.2");
        ControlPlaneTargets secure = targets(List.of(URI.create("https://control-planes:1")), "w");
        secure.lookUp();
        assertThat(secure.size()).as("a certificate is made out to the name").isEqualTo(1);
    }

    @Test
    void followsWhatDnsSaysButLeavesNobodyWhoAnswers() {
        addresses = List.of("192.0.2.1", "192.0.2.2");
        ControlPlaneTargets targets = targets(List.of(SERVICE), "w");
        targets.lookUp();
        Target before = targets.current();
        addresses = List.of("192.0.2.8", "192.0.2.9");
        targets.lookUp();
        assertThat(targets.current()).isEqualTo(before);
        targets.leave(before);
        assertThat(targets.current().url().getHost()).isIn("192.0.2.8", "192.0.2.9");
        addresses = List.of();
        targets.lookUp();
        assertThat(targets.size()).as("DNS is away").isEqualTo(2);
    }

    @Test
    void workersSpreadOverAllAndOverThoseThatAreLeft() {
        Map<String, Integer> first = new HashMap<>();
        Map<String, Integer> afterA = new HashMap<>();
        IntStream.range(0, 3_000).forEach(i -> {
            ControlPlaneTargets targets = targets(THREE, "edge-" + i + "-11935");
            Target home = targets.current();
            first.merge(home.url().getHost(), 1, Integer::sum);
            if (home.url().getHost().equals("a")) {
                targets.leave(home);
                afterA.merge(targets.current().url().getHost(), 1, Integer::sum);
                assertThat(targets.preferred()).isEqualTo(home);
            }
        });
        assertThat(first.values()).allSatisfy(count -> assertThat(count).isBetween(700, 1_300));
        assertThat(afterA).containsOnlyKeys("b", "c");
        assertThat(afterA.values()).allSatisfy(count -> assertThat(count).isBetween(300, 700));
    }

    @Test
    void leavesOnlyTheOneThatFailed() {
        ControlPlaneTargets targets = targets(THREE, "w");
        Target first = targets.current();
        targets.leave(first);
        Target second = targets.current();
        targets.leave(first);
        assertThat(targets.current()).as("a late failure of the first").isEqualTo(second);
    }
}
