package io.millrace.worker.rtsp.session;

import io.millrace.worker.rtsp.codec.RtspHeaders;
import io.millrace.worker.rtsp.codec.RtspRequest;

/**
 * What an origin is asked before it is told of a client, to learn that it is available: OPTIONS, which has no side effects and with which most clients
 * begin anyway.
 */
public final class OriginProbe {

    private OriginProbe() {}

    /** @param first what the origin is sent next; its CSeq goes on from the question's */
    public static RtspRequest before(RtspRequest first) {
        RtspHeaders headers = RtspHeaders.NONE.plus(
                "CSeq", first.cseq().map(OriginProbe::before).orElse("0"));
        return new RtspRequest(
                "OPTIONS",
                first.uri(),
                first.headers()
                        .first("User-Agent")
                        .map(agent -> headers.plus("User-Agent", agent))
                        .orElse(headers),
                "");
    }

    private static String before(String cseq) {
        try {
            return Integer.toString(Math.max(0, Integer.parseInt(cseq) - 1));
        } catch (NumberFormatException notANumber) {
            return "0";
        }
    }
}
