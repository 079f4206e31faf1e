package io.millrace.worker.rtsp.codec;

import java.util.Optional;

/** A request or a response. Texts are ISO 8859-1, so that every byte of a body keeps its value. */
public sealed interface RtspMessage permits RtspRequest, RtspResponse {

    RtspHeaders headers();

    String body();

    /** Which request this is, or which one it answers; empty where a peer left it out. */
    default Optional<String> cseq() {
        return headers().first("CSeq");
    }
}
