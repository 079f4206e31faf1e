package io.millrace.control.settings;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A list of IP networks, as operators write it: {@code 10.0.0.0/8,192.0.2.7,fd00::/8}. */
public record Networks(List<Network> networks) {

    public static final Networks NONE = new Networks(List.of());

    private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");

    public Networks {
        networks = List.copyOf(networks);
    }

    /** The addresses whose first bits are those of the given one. */
    public record Network(InetAddress address, int prefixLength) {

        private boolean contains(InetAddress other) {
            byte[] mine = address.getAddress();
            byte[] theirs = other.getAddress();
            if (mine.length != theirs.length) {
                return false;
            }
            for (int bit = 0; bit < prefixLength; bit++) {
                int mask = 0x80 >> (bit % Byte.SIZE);
                if (((mine[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * @param text may be {@code none}
     * @throws InvalidSettingException if it is no list of networks
     */
    public static Networks of(String property, String text) {
        if (text.strip().equals("none")) {
            return NONE;
        }
        List<Network> networks = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            try {
                networks.add(network(part.strip()));
            } catch (IllegalArgumentException e) {
                throw new InvalidSettingException(
                        property, text, "none, or a list of networks such as 10.0.0.0/8,192.0.2.7,fd00::/8");
            }
        }
        return new Networks(networks);
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        InetAddress address = address(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException("no address"));
        int bits = address.getAddress().length * Byte.SIZE;
        int prefixLength = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException("a prefix of " + prefixLength + " bits");
        }
        return new Network(address, prefixLength);
    }

    /** Host names lie in no network: where they lead may be another address every time. */
    public boolean contain(String host) {
        return address(host).filter(this::contain).isPresent();
    }

    public boolean contain(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    /** Whether the address stands in the list by itself, and not only within a network. */
    public boolean name(InetAddress address) {
        return networks.stream()
                .anyMatch(network ->
                        network.contains(address) && network.prefixLength() == address.getAddress().length * Byte.SIZE);
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
