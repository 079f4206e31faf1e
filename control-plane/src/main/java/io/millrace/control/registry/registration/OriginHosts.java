package io.millrace.control.registry.registration;

import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.registry.origin.Registration;
import io.millrace.control.settings.InvalidSettingException;
import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.address.Networks;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where an origin may be that registers: both planes connect to what it names, so a registration must not aim them at anything else. What it names by
 * a host name is looked up here, and only the address that was found allowed is kept. Any thread.
 */
final class OriginHosts {

    private final Networks allowed;
    private final Networks endpoints;
    private final HostLookup lookup;
    private final Predicate<InetAddress> own;

    /** @param own whether an address is one of this machine */
    OriginHosts(RegistrationSettings settings, HostLookup lookup, Predicate<InetAddress> own) {
        this.allowed = settings.networks();
        this.endpoints = settings.endpointNetworks();
        this.lookup = lookup;
        this.own = own;
    }

    static boolean isOfThisMachine(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /**
     * The registration with an address in each endpoint.
     *
     * @param before the endpoints that it has now; they count while its name cannot be looked up
     * @throws InvalidFieldException when it is somewhere else
     */
    Registration locate(Registration registration, Sender sender, Map<Listener, List<Endpoint>> before) {
        String ip = registration.ip();
        Optional<InetAddress> literal = Networks.address(ip);
        String address = literal.isPresent() ? checked(ip, literal.get(), sender) : lookedUp(ip, sender, before);
        Map<Listener, List<Endpoint>> located = new EnumMap<>(Listener.class);
        registration
                .endpoints()
                .forEach((listener, list) -> located.put(
                        listener,
                        list.stream()
                                .map(endpoint -> at(listener, endpoint, ip, address))
                                .toList()));
        return registration.withEndpoints(located);
    }

    private String checked(String ip, InetAddress address, Sender sender) {
        if (!mayBeAt(address, sender)) {
            throw elsewhere("ip is " + ip);
        }
        return ip;
    }

    private String lookedUp(String name, Sender sender, Map<Listener, List<Endpoint>> before) {
        List<InetAddress> found = lookup.find(name);
        if (found.isEmpty()) {
            return before.getOrDefault(Listener.RTMP, List.of()).stream()
                    .map(Endpoint::host)
                    .filter(host -> Networks.address(host)
                            .filter(address -> mayBeAt(address, sender))
                            .isPresent())
                    .findFirst()
                    .orElseThrow(() -> new InvalidFieldException(
                            "ip", "ip is " + name + ", a name that this control plane cannot look up now"));
        }
        // Always the same one of several, whatever the order of the answer.
        return found.stream()
                .filter(address -> mayBeAt(address, sender))
                .min(Comparator.comparing(InetAddress::getAddress, Arrays::compareUnsigned))
                .map(InetAddress::getHostAddress)
                .orElseThrow(() -> elsewhere("ip is " + name + ", whose addresses are "
                        + String.join(
                                ", ",
                                found.stream().map(InetAddress::getHostAddress).toList())));
    }

    private boolean mayBeAt(InetAddress address, Sender sender) {
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            return false;
        }
        Networks ofCredential = sender.scope().networks();
        if (Networks.CLOUD_METADATA.contain(address)) {
            return allowed.name(address) || ofCredential.name(address);
        }
        if (address.isLoopbackAddress()) {
            return sender.local();
        }
        return Networks.address(sender.address()).filter(address::equals).isPresent()
                || allowed.contain(address)
                || ofCredential.contain(address)
                || (sender.local() && own.test(address));
    }

    private static InvalidFieldException elsewhere(String where) {
        return new InvalidFieldException(
                "ip",
                where + ", which is neither the sender's address nor in a network of "
                        + InvalidSettingException.variable(RegistrationSettings.NETWORKS));
    }

    private Endpoint at(Listener listener, Endpoint endpoint, String ip, String address) {
        if (isSameHost(endpoint.host(), ip)) {
            return new Endpoint(endpoint.transport(), address, endpoint.port());
        }
        boolean named = Networks.address(endpoint.host())
                .filter(host -> Networks.CLOUD_METADATA.contain(host) ? endpoints.name(host) : endpoints.contain(host))
                .isPresent();
        if (!named) {
            String field = listener.word();
            throw new InvalidFieldException(
                    field,
                    field + " lists " + endpoint + ", whose host is not the ip, " + ip
                            + "; leave the host out, or allow its network by "
                            + InvalidSettingException.variable(RegistrationSettings.ENDPOINT_NETWORKS));
        }
        return endpoint;
    }

    private static boolean isSameHost(String host, String ip) {
        return host.equalsIgnoreCase(ip)
                || Networks.address(host)
                        .filter(address ->
                                Networks.address(ip).filter(address::equals).isPresent())
                        .isPresent();
    }
}
