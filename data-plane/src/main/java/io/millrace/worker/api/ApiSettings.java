package io.millrace.worker.api;

import io.millrace.model.address.Network;
import io.millrace.worker.settings.SettingsReader;
import java.util.List;
import java.util.Set;

/**
 * Who may read SRS's API at PROXY_HTTP_API without a token.
 *
 * @param networks where clients may be
 * @param hosts names beside those that no stranger can give this machine, in lower case
 */
public record ApiSettings(List<Network> networks, Set<String> hosts) {

    static final String NETWORKS = "millrace.api.networks";
    static final String HOSTS = "millrace.api.hosts";

    public ApiSettings {
        networks = List.copyOf(networks);
        hosts = Set.copyOf(hosts);
    }

    public static ApiSettings read(SettingsReader reader) {
        return new ApiSettings(reader.networks(NETWORKS, Network.USUAL), reader.hostNames(HOSTS));
    }

    boolean contain(String address) {
        return Network.address(address)
                .filter(one -> networks.stream().anyMatch(network -> network.contains(one)))
                .isPresent();
    }
}
