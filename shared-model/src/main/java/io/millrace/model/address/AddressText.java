package io.millrace.model.address;

/** Reads addresses as they are shown: {@code 192.0.2.7:5000}, {@code [fd00::1]:5000}, and both without a port. */
public final class AddressText {

    private AddressText() {}

    /** Without the port and without the brackets of IPv6. */
    public static String host(String address) {
        int colon = address.lastIndexOf(':');
        boolean hasPort = colon >= 0 && (address.indexOf(':') == colon || address.charAt(colon - 1) == ']');
        String host = hasPort ? address.substring(0, colon) : address;
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
