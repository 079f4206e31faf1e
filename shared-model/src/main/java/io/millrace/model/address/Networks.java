package io.millrace.model.address;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A list of networks, as operators write it: {@code 10.0.0.0/8,192.0.2.7,fd00::/8}. */
public record Networks(List<Network> networks) {

    /** How a list is written, for messages. */
    public static final String FORM = "none, or a list of networks such as 10.0.0.0/8,192.0.2.7,fd00::/8";

    /** Loopback and the private ranges: where the machines of a cluster usually are. */
    public static final String USUAL = "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7";

    public static final Networks NONE = new Networks(List.of());

    private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");

    /** Where clouds hand out the credentials of their machines. */
    public static final Networks CLOUD_METADATA =
            parse("169.254.169.254,169.254.170.2,100.100.100.200,fd00:ec2::254,fd20:ce::254");

    public Networks {
        networks = List.copyOf(networks);
    }

    /**
     * @param text may be {@code none}
     * @throws IllegalArgumentException if it is no list of networks
     */
    public static Networks parse(String text) {
        return text.strip().equals("none")
                ? NONE
                : new Networks(Arrays.stream(text.split(",", -1))
                        .map(part -> Network.parse(part.strip()))
                        .toList());
    }

    /** Host names lie in no network: where they lead may be another address every time. */
    public boolean contain(String host) {
        return Network.address(host).filter(this::contain).isPresent();
    }

    public boolean contain(InetAddress address) {
        return contain(Network.of(address));
    }

    private boolean contain(Network address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    /** Whether the address stands in the list by itself, and not only within a network. */
    public boolean name(InetAddress address) {
        return networks.contains(Network.of(address));
    }

    /** The address that a text is; empty for names, and for IPv4 in fewer than four numbers, which is read in more than one way. */
    public static Optional<InetAddress> address(String text) {
        if (text.indexOf(':') < 0 && !DOTTED.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
