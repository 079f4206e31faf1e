package io.millrace.model.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** What counts as one sender where something is bounded by address: an IPv4 address, or the /64 that one IPv6 host gets. */
public final class AddressGroup {

    private static final int NETWORK_BYTES = 8;

    private AddressGroup() {}

    /**
     * @param address an address as text, with or without an IPv6 zone; what is no address stands for itself
     * @return equal for addresses that count as one
     */
    public static String of(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        int zone = address.indexOf('%');
        try {
            // An IPv4 address that is mapped into IPv6 comes back as IPv4.
            InetAddress read = InetAddress.ofLiteral(zone < 0 ? address : address.substring(0, zone));
            return read instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(read.getAddress(), NETWORK_BYTES)) + "/64"
                    : read.getHostAddress();
        } catch (IllegalArgumentException e) {
            return address;
        }
    }
}
