package io.millrace.control.peers;

import io.millrace.control.settings.InvalidSettingException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Where the other control planes reach this one: what is set, else the address that it listens on, else one of this host. */
final class AdvertisedUrl implements Supplier<String> {

    static final String PROPERTY = "millrace.control-plane.advertise";

    private final Optional<String> set;
    private final String listenHost;
    private final IntSupplier port;

    /** @param port known for sure only when it listens; 0 before */
    AdvertisedUrl(Optional<String> set, String listenHost, IntSupplier port) {
        this.set = set.filter(text -> !text.isBlank()).map(AdvertisedUrl::checked);
        this.listenHost = listenHost;
        this.port = port;
    }

    private static String checked(String text) {
        String url = text.strip().replaceAll("/+$", "");
        try {
            URI uri = URI.create(url);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawPath().isEmpty() && uri.getRawQuery() == null) {
                return url;
            }
        } catch (IllegalArgumentException noUrl) {
            throw invalid(text);
        }
        throw invalid(text);
    }

    private static InvalidSettingException invalid(String text) {
        return new InvalidSettingException(
                PROPERTY, text, "a URL without a path, such as http://control-plane-0.millrace:12025");
    }

    @Override
    public String get() {
        return set.orElseGet(() -> "http://" + bracketed(host()) + ":" + port.getAsInt());
    }

    private String host() {
        try {
            return InetAddress.getByName(listenHost).isAnyLocalAddress() ? routable() : listenHost;
        } catch (UnknownHostException unknown) {
            return listenHost;
        }
    }

    /** Of several addresses the one that others are most likely to reach. */
    private static String routable() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(AdvertisedUrl::isInUse)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .min(Comparator.comparing((InetAddress address) -> !(address instanceof Inet4Address))
                            .thenComparing(InetAddress::getHostAddress))
                    .orElseGet(InetAddress::getLoopbackAddress)
                    .getHostAddress();
        } catch (SocketException noInterfaces) {
            return InetAddress.getLoopbackAddress().getHostAddress();
        }
    }

    private static boolean isInUse(NetworkInterface network) {
        try {
            return network.isUp() && !network.isLoopback();
        } catch (SocketException gone) {
            return false;
        }
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
