package io.millrace.worker.rtsp.session;

import io.millrace.worker.rtsp.codec.RtspHeader;
import io.millrace.worker.rtsp.codec.RtspHeaders;
import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspResponse;
import java.util.List;

/** What the worker itself answers. */
public final class WorkerAnswers {

    private static final String METHODS =
            "OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, PAUSE, RECORD, TEARDOWN, GET_PARAMETER, SET_PARAMETER";

    private WorkerAnswers() {}

    public static RtspResponse options(RtspRequest request) {
        RtspResponse yes = answer(request, 200);
        return yes.withHeaders(yes.headers().plus("Public", METHODS));
    }

    /** No with that status. */
    public static RtspResponse refusal(RtspRequest request, int status) {
        return answer(request, status);
    }

    /** To something that could not be read. */
    public static RtspResponse malformed(int status) {
        return new RtspResponse(status, reason(status), new RtspHeaders(List.of(server())), "");
    }

    /** While the client has not named a stream: a request that needs one. */
    public static int statusBeforeStream(RtspRequest request) {
        return switch (request.method()) {
            case "GET_PARAMETER", "SET_PARAMETER", "TEARDOWN" -> 454;
            case "PLAY", "PAUSE", "RECORD" -> 455;
            default -> 501;
        };
    }

    private static RtspResponse answer(RtspRequest request, int status) {
        RtspHeaders headers = new RtspHeaders(List.of(server()));
        return new RtspResponse(
                status,
                reason(status),
                request.cseq().map(cseq -> headers.plus("CSeq", cseq)).orElse(headers),
                "");
    }

    private static RtspHeader server() {
        return new RtspHeader("Server", "Millrace");
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 413 -> "Request Entity Too Large";
            case 454 -> "Session Not Found";
            case 455 -> "Method Not Valid In This State";
            case 461 -> "Unsupported Transport";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            case 505 -> "RTSP Version Not Supported";
            default -> "Error";
        };
    }
}
