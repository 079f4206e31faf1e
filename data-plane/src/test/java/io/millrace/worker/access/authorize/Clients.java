package io.millrace.worker.access.authorize;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.worker.admin.sessions.AccessRequest;
import io.millrace.worker.admin.sessions.Authorizer.Verdict;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Credentials;
import java.time.Instant;

/** Clients that ask for a stream. */
final class Clients {

    static final StreamKey CAM = StreamKey.parse("__defaultVhost__/live/cam");
    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    static final String ADDRESS = "192.0.2.7";

    private Clients() {}

    static AccessRequest withQuery(Intent intent, String query) {
        return asking(intent, CAM, Credentials.ofQuery(query));
    }

    static AccessRequest withToken(Intent intent, String token) {
        return asking(intent, CAM, new Credentials("", token));
    }

    static AccessRequest asking(Intent intent, StreamKey stream, Credentials credentials) {
        return new AccessRequest(Protocol.RTMP, intent, stream, ADDRESS + ":5000", credentials);
    }

    /** The reason of a refusal, or the subject of who is allowed. */
    static String outcome(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Allowed allowed -> "allowed " + allowed.subject();
            case Verdict.Denied denied when denied.reason() == CloseReason.NOT_ALLOWED -> denied.detail();
            case Verdict.Denied denied -> "unknown: " + denied.detail();
        };
    }
}
