package io.millrace.worker.webrtc.announce;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.http.Request;
import io.millrace.worker.webrtc.AnnouncedAddress;
import io.millrace.worker.webrtc.WebRtcSettings;
import io.millrace.worker.webrtc.codec.Candidate;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where clients are told to send media: to what they ask for themselves, else to what an operator has set, else to the address by which
 * the client reached the API, else to the address to which the listener is bound, else to those of this machine. Any thread.
 */
public final class WorkerCandidates {

    /** How the listener for ICE over TCP is called on the board. */
    public static final String TCP_LISTENER = "webrtc-tcp";

    /** RFC 8445, section 5.1.2; over TCP less, so that it is used where datagrams do not pass. */
    private static final int UDP_HOST = 126;

    private static final int TCP_HOST = 90;
    private static final int MAX_LOCAL = 65_535;
    /** RFC 6544, section 4.2: the preference of a passive one, above 13 bits for the order of the addresses. */
    private static final int TCP_PASSIVE = 4 << 13;

    private static final int MAX_TCP_ORDER = 8_191;
    private static final int RTP = 1;

    private final ListenerBoard board;
    private final SiteAddresses site;
    private final List<AnnouncedAddress> set;

    public WorkerCandidates(WebRtcSettings settings, ListenerBoard board, SiteAddresses site) {
        this.board = board;
        this.site = site;
        this.set = settings.addresses().stream()
                .flatMap(text -> AnnouncedAddress.parse(text).stream())
                .toList();
    }

    /**
     * The best first; empty while there is no listener for media.
     *
     * @param wanted what the client wants announced
     */
    public List<Candidate> of(Request request, Optional<AnnouncedAddress> wanted) {
        Optional<AnnouncedAddress> udp =
                Optional.ofNullable(board.bound().get(Protocol.WEBRTC)).flatMap(AnnouncedAddress::parse);
        if (udp.isEmpty()) {
            return List.of();
        }
        Optional<AnnouncedAddress> tcp =
                Optional.ofNullable(board.allBound().get(TCP_LISTENER)).flatMap(AnnouncedAddress::parse);
        List<AnnouncedAddress> addresses =
                wanted.map(List::of).orElseGet(() -> set.isEmpty() ? foundOut(request, udp.get()) : set);
        List<Candidate> candidates = new ArrayList<>();
        addresses.forEach(address -> candidates.add(overUdp(address, udp.get().port(), candidates.size())));
        tcp.ifPresent(listener ->
                addresses.forEach(address -> candidates.add(overTcp(address, listener.port(), candidates.size()))));
        return candidates;
    }

    private List<AnnouncedAddress> foundOut(Request request, AnnouncedAddress listener) {
        Optional<AnnouncedAddress> asked = AnnouncedAddress.parse(request.host());
        if (asked.isPresent()) {
            return List.of(new AnnouncedAddress(asked.get().ip(), 0));
        }
        if (!is(listener.ip()).isAnyLocalAddress()) {
            return List.of(new AnnouncedAddress(listener.ip(), 0));
        }
        boolean onLoopback = AnnouncedAddress.isIp(request.client().ip())
                && is(request.client().ip()).isLoopbackAddress();
        return site.reachable(onLoopback).stream()
                .map(ip -> new AnnouncedAddress(ip, 0))
                .toList();
    }

    private static InetAddress is(String literal) {
        return NetUtil.createInetAddressFromIpAddressString(literal);
    }

    private static Candidate overUdp(AnnouncedAddress address, int listenerPort, int index) {
        return candidate("udp", priority(UDP_HOST, MAX_LOCAL - index), address, listenerPort, index, List.of());
    }

    private static Candidate overTcp(AnnouncedAddress address, int listenerPort, int index) {
        return candidate(
                "tcp",
                priority(TCP_HOST, TCP_PASSIVE + MAX_TCP_ORDER - index),
                address,
                listenerPort,
                index,
                List.of(new Candidate.Extra("tcptype", "passive")));
    }

    private static Candidate candidate(
            String transport,
            long priority,
            AnnouncedAddress address,
            int listenerPort,
            int index,
            List<Candidate.Extra> extras) {
        int port = address.port() == 0 ? listenerPort : address.port();
        // Each has its own: none shares its checks with another.
        String foundation = Integer.toString(index + 1);
        return new Candidate(foundation, RTP, transport, priority, address.ip(), port, "host", extras);
    }

    private static long priority(int type, int local) {
        return ((long) type << 24) + ((long) local << 8) + (256 - RTP);
    }
}
