package io.millrace.control.security;

import io.millrace.model.address.AddressText;
import io.millrace.model.address.Network;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Addresses of clients as those see them who may not know them: by their network, IPv4 to 24 bits and IPv6 to 48. */
public final class ClientAddresses {

    private static final int SHOWN_OF_V4 = 24;
    private static final int SHOWN_OF_V6 = 48;

    /** What stands for an address that cannot be read, since it may be one all the same. */
    private static final String HIDDEN = "hidden";

    private static final String PREFIX = "(?:/(\\d{1,3}))?";

    /** Times of day and ports match too; only what can be read as an address is replaced. */
    private static final Pattern V6 =
            Pattern.compile("(\\p{XDigit}{0,4}:\\p{XDigit}{0,4}:[\\p{XDigit}:.]*)(?:%\\w+)?" + PREFIX);

    private static final Pattern V4 =
            Pattern.compile("(?<!\\d)(?<!\\d\\.)(\\d{1,3}(?:\\.\\d{1,3}){3})(?!\\d|\\.\\d)" + PREFIX);

    private ClientAddresses() {}

    /** @param address with or without a port */
    public static String masked(String address) {
        return Network.address(AddressText.host(address))
                .map(known -> masked(known).toString())
                .orElse(HIDDEN);
    }

    /** A text with every address and network in it masked. */
    public static String maskedIn(String text) {
        return V4.matcher(V6.matcher(text).replaceAll(ClientAddresses::mask)).replaceAll(ClientAddresses::mask);
    }

    private static String mask(MatchResult found) {
        String address = found.group(1);
        // The end of a sentence, or of what comes before an explanation.
        String bare = address.endsWith("::") ? address : address.replaceFirst("[.:]+$", "");
        Optional<Network> network = Network.address(bare);
        if (network.isEmpty()) {
            return found.group();
        }
        String bits = found.group(2);
        Network written = bits == null
                ? network.get()
                : network.get()
                        .first(Math.min(Integer.parseInt(bits), network.get().bits()));
        return masked(written) + address.substring(bare.length());
    }

    /** A network that is as large or larger. */
    public static Network masked(Network network) {
        return network.first(Math.min(network.bits(), network.isV6() ? SHOWN_OF_V6 : SHOWN_OF_V4));
    }
}
