package io.millrace.worker.rtsp.session;

import io.millrace.worker.rtsp.codec.RtspHeader;
import io.millrace.worker.rtsp.codec.RtspHeaders;
import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the worker must know to end a session at its origin in the client's place. */
public final class Teardown {

    private String uri;
    private long cseq;
    private Optional<String> authorization = Optional.empty();
    private Optional<RtspSessionId> session = Optional.empty();
    private boolean said;

    public Teardown(StreamRequest asked) {
        this.uri = asked.url().root()
                + asked.url().path()
                + (asked.url().query().isEmpty() ? "" : "?" + asked.url().query());
    }

    /** A request goes to the origin. */
    public void passed(RtspRequest request) {
        request.cseq()
                .filter(number -> number.matches("[0-9]{1,15}"))
                .ifPresent(number -> cseq = Math.max(cseq, Long.parseLong(number)));
        if (request.is("PLAY") || request.is("RECORD")) {
            uri = request.uri();
        }
        // Digest is bound to the method; Basic is not.
        authorization = request.headers()
                .first("Authorization")
                .filter(value -> value.toLowerCase(Locale.ROOT).startsWith("basic "));
    }

    /** The origin answers. */
    public void answered(RtspResponse response) {
        if (response.isSuccess()) {
            response.headers().first("Session").ifPresent(header -> {
                RtspSessionId told = RtspSessionId.parse(header);
                boolean onlyRepeats = told.timeout().isEmpty()
                        && session.filter(known -> known.id().equals(told.id())).isPresent();
                if (!onlyRepeats) {
                    session = Optional.of(told);
                }
            });
        }
    }

    /** The client ended the session itself. */
    public void said() {
        said = true;
    }

    /** What the origin calls the session, once it has one. */
    public Optional<RtspSessionId> session() {
        return session;
    }

    /** The TEARDOWN for it, once. */
    public Optional<RtspRequest> next() {
        if (said || session.isEmpty()) {
            return Optional.empty();
        }
        said = true;
        List<RtspHeader> headers = new ArrayList<>();
        headers.add(new RtspHeader("CSeq", Long.toString(cseq + 1)));
        headers.add(new RtspHeader("Session", session.get().id()));
        authorization.ifPresent(value -> headers.add(new RtspHeader("Authorization", value)));
        return Optional.of(new RtspRequest("TEARDOWN", uri, new RtspHeaders(headers), ""));
    }
}
