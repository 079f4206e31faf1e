package io.millrace.control.store.mesh;

import java.util.List;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCPPING;
import org.jgroups.util.Responses;

/** Asks the known addresses who is there. Names are looked up each time: a container that starts again has another address. */
class PeerPing extends TCPPING {

    private final Supplier<List<PhysicalAddress>> addresses;

    PeerPing(Supplier<List<PhysicalAddress>> addresses) {
        this.addresses = addresses;
        setId(ClassConfigurator.getProtocolId(TCPPING.class));
        setPortRange(0);
        setInitialHosts2(addresses.get());
    }

    @Override
    public void findMembers(List<Address> members, boolean initialDiscovery, Responses responses) {
        setInitialHosts2(addresses.get());
        super.findMembers(members, initialDiscovery, responses);
    }
}
