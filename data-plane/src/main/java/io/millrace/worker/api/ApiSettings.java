package io.millrace.worker.api;

import io.millrace.model.address.Networks;
import io.millrace.worker.settings.SettingsReader;
import java.util.Set;

/**
 * Who may read SRS's API at PROXY_HTTP_API without a token.
 *
 * @param networks where clients may be
 * @param hosts names beside those that no stranger can give this machine, in lower case
 */
public record ApiSettings(Networks networks, Set<String> hosts) {

    static final String NETWORKS = "millrace.api.networks";
    static final String HOSTS = "millrace.api.hosts";

    public ApiSettings {
        hosts = Set.copyOf(hosts);
    }

    public static ApiSettings read(SettingsReader reader) {
        return new ApiSettings(reader.networks(NETWORKS, Networks.USUAL), reader.hostNames(HOSTS));
    }
}
