package io.millrace.worker.webrtc.codec;

import java.util.List;
import java.util.Optional;

/** Takes the way of the media out of a description, or puts another way in; everything else stays as it is. */
public final class SdpCandidates {

    private static final String RTCP = "rtcp";

    private SdpCandidates() {}

    /**
     * Without candidates, and without addresses in {@code c=}, {@code m=} and {@code a=rtcp} that would contradict that (RFC 8839,
     * section 3.2.5). That no more candidates would come is not said either: a peer may take it for the end of its hopes.
     */
    public static Sdp removed(Sdp sdp) {
        return sdp.with(section -> addressed(
                section.without(Candidate.ATTRIBUTE).without(SdpSection.END_OF_CANDIDATES),
                SdpConnection.NONE_YET,
                SdpMedia.DISCARD_PORT));
    }

    /**
     * With these candidates in place of all that are there, in each section that had any; in the section with the transport if none
     * had. Where a section named the address of its default candidate, it now names that of the first one here.
     *
     * @param ours not empty, the best first
     */
    public static Sdp replaced(Sdp sdp, List<Candidate> ours) {
        Candidate first = ours.getFirst();
        String lineEnd = sdp.lineEnd();
        Sdp changed = sdp.with(section -> replaced(section, ours, lineEnd));
        boolean hadNone = sdp.media().stream().noneMatch(section -> section.has(Candidate.ATTRIBUTE));
        Optional<Integer> transport = hadNone ? sdp.transportSection() : Optional.empty();
        Sdp complete = transport
                .map(index ->
                        changed.withMedia(index, changed.media().get(index).withCandidates(ours, lineEnd)))
                .orElse(changed);
        return complete.with(section -> addressed(section, SdpConnection.to(first.address()), first.port()));
    }

    private static SdpSection replaced(SdpSection section, List<Candidate> ours, String lineEnd) {
        if (!section.has(Candidate.ATTRIBUTE)) {
            return section;
        }
        // The session as a whole has no transport.
        return section.media().isPresent()
                ? section.withCandidates(ours, lineEnd)
                : section.without(Candidate.ATTRIBUTE);
    }

    private static SdpSection addressed(SdpSection section, SdpConnection connection, int port) {
        return section.with(line -> {
            if (line.is('c')) {
                return SdpConnection.parse(line.value())
                        .filter(old -> !old.isNoneYet())
                        .map(old -> line.withText("c=" + connection))
                        .orElse(line);
            }
            if (line.is('m')) {
                SdpMedia media = SdpMedia.parse(line.value());
                return media.hasAddress() ? line.withText("m=" + media.withPort(port)) : line;
            }
            return line.attribute(RTCP)
                    .map(value -> line.withText("a=" + RTCP + ":" + rtcp(value, connection, port)))
                    .orElse(line);
        });
    }

    /** {@code port [IN IP4 address]}: multiplexed with RTP, so it has the same address (RFC 5761). */
    private static String rtcp(String value, SdpConnection connection, int port) {
        int space = value.indexOf(' ');
        Optional<Integer> old = Digits.number(space < 0 ? value : value.substring(0, space), 65_535);
        if (old.isEmpty()) {
            return value;
        }
        boolean isReal = old.get() != 0 && old.get() != SdpMedia.DISCARD_PORT;
        String portText = Integer.toString(isReal ? port : old.get());
        if (space < 0) {
            return portText;
        }
        String address = value.substring(space + 1);
        return portText + " "
                + SdpConnection.parse(address)
                        .filter(named -> !named.isNoneYet())
                        .map(named -> connection.toString())
                        .orElse(address);
    }
}
