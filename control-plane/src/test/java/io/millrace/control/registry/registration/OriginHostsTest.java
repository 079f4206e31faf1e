package io.millrace.control.registry.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.registry.origin.Registration;
import io.millrace.control.registry.registration.Sender.Scope;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.Transport;
import io.millrace.model.address.Networks;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a registration may make both planes connect to. */
class OriginHostsTest {

    private static final String PRIVATE = "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7";
    private static final Sender NEIGHBOUR = new Sender("10.0.0.1", false, Scope.ANY);
    private static final Sender HERE = new Sender("127.0.0.1", true, Scope.ANY);

    private final Map<String, List<InetAddress>> names = new HashMap<>();
    private final OriginHosts hosts = with(PRIVATE, "none");

    private OriginHosts with(String networks, String endpointNetworks) {
        RegistrationSettings settings =
                new RegistrationSettings(Networks.parse(networks), Networks.parse(endpointNetworks), false, 10, 10, 10);
        InetAddress own = InetAddress.ofLiteral("198.51.100.7");
        return new OriginHosts(settings, name -> names.getOrDefault(name, List.of()), own::equals);
    }

    private void lead(String name, String... addresses) {
        names.put(name, Arrays.stream(addresses).map(InetAddress::ofLiteral).toList());
    }

    private static String locate(OriginHosts hosts, String ip, Sender sender) {
        return hosts.locate(registration(ip, ip), sender, Map.of())
                .endpoints()
                .getOrDefault(Listener.RTMP, List.of())
                .getFirst()
                .host();
    }

    @ParameterizedTest
    @CsvSource({
        "10.9.9.9, 10.0.0.1",
        "192.168.3.4, 10.0.0.1",
        "fd12::1, 10.0.0.1",
        "203.0.113.9, 203.0.113.9",
        "2001:db8::9, 2001:db8:0::9",
        "169.254.7.7, 169.254.7.7"
    })
    void anOriginMayBeAtItsSendersAddressOrInAnAllowedNetwork(String ip, String sender) {
        assertThat(locate(hosts, ip, new Sender(sender, false, Scope.ANY))).isEqualTo(ip);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113.9",
                "2001:db8::9",
                "100.64.0.1",
                "169.254.7.7",
                "fe80::1",
                "127.0.0.1",
                "127.8.8.8",
                "::1",
                "::ffff:127.0.0.1",
                "224.0.0.1",
                "ff02::1",
                "0.0.0.0",
                "198.51.100.7",
                "169.254.169.254",
                "::ffff:169.254.169.254",
                "fd00:ec2::254",
                "fd00:0ec2:0:0::0254",
                "100.100.100.200"
            })
    void anywhereElseIsRefused(String ip) {
        assertThatThrownBy(() -> locate(hosts, ip, NEIGHBOUR))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessageContaining("MILLRACE_REGISTRATION_NETWORKS")
                .satisfies(e -> assertThat(((InvalidFieldException) e).field()).isEqualTo("ip"));
    }

    @Test
    void onThisMachineIsWhatRegistersOnThisMachine() {
        assertThat(locate(hosts, "127.0.0.1", HERE)).isEqualTo("127.0.0.1");
        assertThat(locate(hosts, "::1", HERE)).isEqualTo("::1");
        assertThat(locate(hosts, "198.51.100.7", HERE)).isEqualTo("198.51.100.7");
        assertThatThrownBy(() -> locate(hosts, "198.51.100.8", HERE)).isInstanceOf(InvalidFieldException.class);
        // A proxy on this machine passes it on.
        assertThatThrownBy(() -> locate(hosts, "127.0.0.1", new Sender("127.0.0.1", false, Scope.ANY)))
                .isInstanceOf(InvalidFieldException.class);
    }

    @Test
    void metadataOfACloudHasToBeNamedByItsAddress() {
        Sender itself = new Sender("169.254.169.254", false, Scope.ANY);
        assertThatThrownBy(() -> locate(hosts, "169.254.169.254", itself)).isInstanceOf(InvalidFieldException.class);
        assertThatThrownBy(() -> locate(with("169.254.0.0/16", "none"), "169.254.169.254", NEIGHBOUR))
                .isInstanceOf(InvalidFieldException.class);
        assertThat(locate(with("169.254.169.254", "none"), "169.254.169.254", NEIGHBOUR))
                .isEqualTo("169.254.169.254");
        assertThatThrownBy(() -> with(PRIVATE, "169.254.0.0/16")
                        .locate(registration("10.0.0.1", "169.254.169.254"), NEIGHBOUR, Map.of()))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessageContaining("MILLRACE_REGISTRATION_ENDPOINT_NETWORKS");
    }

    @Test
    void theNetworksOfACredentialAreAllowedToo() {
        Sender bound = new Sender("203.0.113.9", false, new Scope("*", Networks.parse("198.51.100.0/24")));
        assertThat(locate(hosts, "198.51.100.20", bound)).isEqualTo("198.51.100.20");
        assertThatThrownBy(() -> locate(hosts, "198.51.101.20", bound)).isInstanceOf(InvalidFieldException.class);
    }

    @Test
    void aNameThatLeadsElsewhereIsRefusedWhateverItsSpelling() {
        lead("metadata.example.org", "169.254.169.254");
        lead("2130706433", "127.0.0.1");
        lead("127.1", "127.0.0.1");
        lead("public.example.org", "203.0.113.9", "2001:db8::9");
        for (String name : List.copyOf(names.keySet())) {
            assertThatThrownBy(() -> locate(hosts, name, NEIGHBOUR))
                    .as(name)
                    .isInstanceOf(InvalidFieldException.class)
                    .hasMessageContaining("whose addresses are");
        }
        assertThatThrownBy(() -> locate(hosts, "unknown.example.org", NEIGHBOUR))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessageContaining("cannot look up");
    }

    @Test
    void whatIsConnectedToIsTheAddressThatWasCheckedAndNotTheName() {
        lead("origin.example.org", "203.0.113.9", "10.0.0.77", "10.0.0.8");
        assertThat(locate(hosts, "origin.example.org", NEIGHBOUR)).isEqualTo("10.0.0.8");
        lead("origin.example.org", "10.0.0.8", "10.0.0.77");
        assertThat(locate(hosts, "origin.example.org", NEIGHBOUR)).isEqualTo("10.0.0.8");
        lead("origin.example.org", "169.254.169.254");
        assertThatThrownBy(() -> locate(hosts, "origin.example.org", NEIGHBOUR))
                .isInstanceOf(InvalidFieldException.class);
    }

    @Test
    void whileANameCannotBeLookedUpTheAddressOfBeforeCounts() {
        var before = Map.of(Listener.RTMP, List.of(new Endpoint(Transport.TCP, "10.0.0.8", 1935)));
        assertThat(hosts.locate(registration("origin.example.org", "origin.example.org"), NEIGHBOUR, before)
                        .endpoints())
                .isEqualTo(before);
        var elsewhere = Map.of(Listener.RTMP, List.of(new Endpoint(Transport.TCP, "203.0.113.9", 1935)));
        assertThatThrownBy(() ->
                        hosts.locate(registration("origin.example.org", "origin.example.org"), NEIGHBOUR, elsewhere))
                .isInstanceOf(InvalidFieldException.class);
    }

    private static Registration registration(String ip, String rtmpHost) {
        return new Registration(
                OriginId.of("a", ip, 1935),
                "a",
                ip,
                new Incarnation("s", "1"),
                OriginKind.SRS,
                Map.of(Listener.RTMP, List.of(new Endpoint(Transport.TCP, rtmpHost, 1935))),
                "",
                Map.of(),
                100,
                null);
    }
}
