package io.millrace.worker.rtsp.relay;

import io.millrace.worker.rtsp.codec.TransportSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a client could do, of which we pass on what we can: never multicast, and datagrams to one pair of ports only.
 *
 * @param specs in the client's order
 * @param clientsPorts where the client wants datagrams; empty where it wants none
 */
record TransportOffer(List<TransportSpec> specs, Optional<TransportSpec.Ports> clientsPorts) {

    TransportOffer {
        specs = List.copyOf(specs);
    }

    static TransportOffer of(List<TransportSpec> asked) {
        Optional<TransportSpec.Ports> ports = asked.stream()
                .filter(spec -> !spec.isTcp() && !spec.isMulticast())
                .flatMap(spec -> spec.ports(TransportSpec.CLIENT_PORT).stream())
                .findFirst();
        List<TransportSpec> specs = new ArrayList<>();
        for (TransportSpec spec : asked) {
            boolean datagrams =
                    ports.isPresent() && spec.ports(TransportSpec.CLIENT_PORT).equals(ports);
            if (!spec.isMulticast() && (spec.isTcp() || datagrams)) {
                specs.add(spec);
            }
        }
        return new TransportOffer(specs, ports);
    }

    List<TransportSpec> overTcp() {
        return specs.stream().filter(TransportSpec::isTcp).toList();
    }

    /** All of them, those with datagrams changed. */
    List<TransportSpec> with(UnaryOperator<TransportSpec> change) {
        return specs.stream()
                .map(spec -> spec.isTcp() ? spec : change.apply(spec))
                .toList();
    }
}
