package io.millrace.worker.webrtc.codec;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An ICE candidate (RFC 8839, section 5.1; over TCP RFC 6544, section 4.5).
 *
 * @param component 1 for RTP, and for everything where RTCP is multiplexed
 * @param transport as it was written: {@code udp}, {@code UDP}, {@code tcp}
 * @param address an IP literal without brackets, or a name, like those of mDNS that browsers show instead
 * @param type host, srflx, prflx, relay
 * @param extras what follows the type, in its order: raddr and rport, tcptype, generation and what else there is
 */
public record Candidate(
        String foundation,
        int component,
        String transport,
        long priority,
        String address,
        int port,
        String type,
        List<Extra> extras) {

    static final String ATTRIBUTE = "candidate";

    private static final int MAX_COMPONENT = 99_999;
    private static final long MAX_PRIORITY = 0xffff_ffffL;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_ADDRESS = 255;
    private static final int FIXED_WORDS = 8;

    public Candidate {
        extras = List.copyOf(extras);
    }

    /** A name and its value. */
    public record Extra(String name, String value) {}

    /**
     * @param value what stands behind {@code a=candidate:}; some APIs write {@code candidate:} before it
     * @return empty for what is no candidate
     */
    public static Optional<Candidate> parse(String value) {
        String text = value.startsWith("candidate:") ? value.substring("candidate:".length()) : value;
        String[] words = text.strip().split(" +", -1);
        if (words.length < FIXED_WORDS || words.length % 2 != 0 || !words[6].equals("typ")) {
            return Optional.empty();
        }
        Optional<Integer> component = Digits.number(words[1], MAX_COMPONENT);
        Optional<Long> priority = Digits.number(words[3], MAX_PRIORITY);
        Optional<Integer> port = Digits.number(words[5], MAX_PORT);
        if (words[0].isEmpty()
                || component.isEmpty()
                || priority.isEmpty()
                || port.isEmpty()
                || words[4].length() > MAX_ADDRESS) {
            return Optional.empty();
        }
        List<Extra> extras = new ArrayList<>();
        for (int i = FIXED_WORDS; i < words.length; i += 2) {
            extras.add(new Extra(words[i], words[i + 1]));
        }
        return Optional.of(new Candidate(
                words[0], component.get(), words[2], priority.get(), words[4], port.get(), words[7], extras));
    }

    public boolean isUdp() {
        return transport.equalsIgnoreCase("udp");
    }

    public boolean isTcp() {
        return transport.equalsIgnoreCase("tcp");
    }

    public boolean isIpv6() {
        return address.indexOf(':') >= 0;
    }

    /** Whether the address is a literal, which needs no lookup. */
    public boolean isIp() {
        return NetUtil.isValidIpV4Address(address) || NetUtil.isValidIpV6Address(address);
    }

    /** A name that only the same network can resolve, which browsers show in place of their addresses. */
    public boolean isMdns() {
        return address.toLowerCase(Locale.ROOT).endsWith(".local");
    }

    /** Who opens the connection of a candidate over TCP: active, passive, so. */
    public Optional<String> tcpType() {
        return extra("tcptype");
    }

    public Optional<String> relatedAddress() {
        return extra("raddr");
    }

    public Optional<Integer> relatedPort() {
        return extra("rport").flatMap(text -> Digits.number(text, MAX_PORT));
    }

    /** The first of this name. */
    public Optional<String> extra(String name) {
        return extras.stream()
                .filter(extra -> extra.name().equals(name))
                .map(Extra::value)
                .findFirst();
    }

    /** What stands behind {@code a=candidate:}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(96)
                .append(foundation)
                .append(' ')
                .append(component)
                .append(' ')
                .append(transport)
                .append(' ')
                .append(priority)
                .append(' ')
                .append(address)
                .append(' ')
                .append(port)
                .append(" typ ")
                .append(type);
        extras.forEach(
                extra -> text.append(' ').append(extra.name()).append(' ').append(extra.value()));
        return text.toString();
    }
}
