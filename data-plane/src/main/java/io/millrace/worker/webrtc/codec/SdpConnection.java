package io.millrace.worker.webrtc.codec;

import java.util.Optional;

/**
 * A {@code c=} line, or the end of an {@code a=rtcp} line.
 *
 * @param address with what follows it behind a slash, which only multicast has
 */
public record SdpConnection(String addressType, String address) {

    /** Of sections that learn their address later. */
    public static final SdpConnection NONE_YET = new SdpConnection("IP4", "0.0.0.0");

    private static final String INTERNET = "IN ";

    public static SdpConnection to(String ip) {
        return new SdpConnection(ip.indexOf(':') >= 0 ? "IP6" : "IP4", ip);
    }

    /**
     * @param value without {@code c=}
     * @return empty for what is no connection over the Internet protocols
     */
    static Optional<SdpConnection> parse(String value) {
        String[] words = value.strip().split(" +", -1);
        if (words.length != 3 || !words[0].equals("IN")) {
            return Optional.empty();
        }
        return Optional.of(new SdpConnection(words[1], words[2]));
    }

    /** Whether it is a stand-in. */
    public boolean isNoneYet() {
        return address.equals("0.0.0.0") || address.equals("::");
    }

    @Override
    public String toString() {
        return INTERNET + addressType + " " + address;
    }
}
