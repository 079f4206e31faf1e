package io.millrace.worker.admin.sessions;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.Transport;
import io.millrace.model.address.AddressShares;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What many tests need. */
public final class Fixtures {

    public static final StreamKey STREAM = StreamKey.parse("__defaultVhost__/live/a");

    private Fixtures() {}

    public static Origin origin(String server) {
        return new Origin(
                OriginId.of(server, "127.0.0.1", 1935),
                server,
                "127.0.0.1",
                Incarnation.UNKNOWN,
                OriginKind.SRS,
                Map.of(Listener.RTMP, List.of(new Endpoint(Transport.TCP, "127.0.0.1", 1935))),
                "",
                Map.of(),
                Origin.DEFAULT_WEIGHT,
                OriginState.UP,
                Admission.OPEN);
    }

    public static SessionTable sessionTable(InstantSource clock, int maxSessions) {
        return sessionTable(clock, maxSessions, new SimpleMeterRegistry());
    }

    public static SessionTable sessionTable(InstantSource clock, int maxSessions, SimpleMeterRegistry registry) {
        return new SessionTable(
                new SessionLimits(maxSessions, AddressShares.ALL, maxSessions, maxSessions),
                clock,
                clock::instant,
                new Random(1),
                registry);
    }

    /** @param maxWaitedFor streams without a publisher that players wait for */
    public static SessionTable sessionTable(InstantSource clock, int maxSessions, int maxWaitedFor) {
        return new SessionTable(
                new SessionLimits(maxSessions, AddressShares.ALL, maxWaitedFor, maxWaitedFor),
                clock,
                clock::instant,
                new Random(1),
                new SimpleMeterRegistry());
    }

    public static Session open(SessionTable table, Intent intent) {
        return open(table, intent, (reason, detail) -> {});
    }

    public static Session open(SessionTable table, Intent intent, SessionHandle handle) {
        OpenResult opening = table.open(new Permit(Protocol.RTMP, intent, STREAM, "10.0.0.1:5000", null), handle);
        if (opening instanceof OpenResult.Opened opened) {
            return opened.session();
        }
        throw new AssertionError("refused: " + opening);
    }
}
