package io.millrace.model.address;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The addresses whose first bits are the same; one address is the network of all its bits. IPv4 that is mapped into IPv6 is IPv4.
 *
 * @param isV6 whether it is of IPv6
 * @param high the first 64 bits of IPv6; 0 for IPv4
 * @param low the last 64 bits of IPv6, or the 32 of IPv4
 * @param bits how many of them count; the others are 0
 */
public record Network(boolean isV6, long high, long low, int bits) {

    public static final int V4_BITS = 32;
    public static final int V6_BITS = 128;

    private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
    private static final int V4_BYTES = 4;

    public Network {
        int all = isV6 ? V6_BITS : V4_BITS;
        if (bits < 0 || bits > all) {
            throw new IllegalArgumentException("a prefix of " + bits + " bits; allowed are 0 to " + all);
        }
        high = isV6 ? high & firstOf(Long.SIZE, bits) : 0;
        low = isV6 ? low & firstOf(Long.SIZE, bits - Long.SIZE) : low & firstOf(V4_BITS, bits) & 0xffff_ffffL;
    }

    /** The first bits of a word, as a mask. */
    private static long firstOf(int width, int bits) {
        return bits <= 0 ? 0 : -1L << (width - Math.min(bits, width));
    }

    /**
     * @param text {@code 192.0.2.7}, {@code 192.0.2.0/24} or the same of IPv6; what comes after the prefix is ignored
     * @throws IllegalArgumentException if it is neither; names of hosts are not resolved
     */
    @JsonCreator
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        Network address = address(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + text + "' is neither an IP address nor a network such as 192.0.2.0/24 or 2001:db8::/32"));
        if (slash < 0) {
            return address;
        }
        String bits = text.substring(slash + 1);
        if (!bits.matches("\\d{1,3}")) {
            throw new IllegalArgumentException("'" + text + "' has no whole number of bits after the slash");
        }
        return address.first(Integer.parseInt(bits));
    }

    /** @param text an address without a port, with or without an IPv6 zone; empty for everything else */
    public static Optional<Network> address(String text) {
        int zone = text.indexOf('%');
        String plain = zone < 0 ? text : text.substring(0, zone);
        // Fewer than four numbers are read as an address too, and in more than one way.
        if (plain.indexOf(':') < 0 && !DOTTED.matcher(plain).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(InetAddress.ofLiteral(plain)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public static Network of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == V4_BYTES
                ? new Network(false, 0, bytes.getInt() & 0xffff_ffffL, V4_BITS)
                : new Network(true, bytes.getLong(), bytes.getLong(), V6_BITS);
    }

    /** The network of its first bits. */
    public Network first(int fewer) {
        return new Network(isV6, high, low, fewer);
    }

    public boolean contains(Network other) {
        return isV6 == other.isV6 && bits <= other.bits && other.first(bits).equals(this);
    }

    private String address() {
        ByteBuffer bytes = ByteBuffer.allocate(isV6 ? 2 * Long.BYTES : V4_BYTES);
        if (isV6) {
            bytes.putLong(high).putLong(low);
        } else {
            bytes.putInt((int) low);
        }
        try {
            return InetAddress.getByAddress(bytes.array()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are an address", e);
        }
    }

    @Override
    @JsonValue
    public String toString() {
        return bits == (isV6 ? V6_BITS : V4_BITS) ? address() : address() + "/" + bits;
    }
}
