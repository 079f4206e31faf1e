package io.millrace.worker.http.server;

import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.Request;
import io.millrace.worker.net.loop.EventLoops;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** What all connections of one port share. */
public record ServerParts(
        HttpSettings settings,
        List<HttpService> services,
        AnswerHead head,
        AnswerMetrics metrics,
        SessionTable sessions,
        Ticks ticks,
        AtomicBoolean leaving) {

    public static ServerParts of(
            HttpPort port,
            HttpSettings settings,
            Iterable<HttpService> services,
            EventLoops loops,
            SessionTable sessions,
            AnswerMetrics metrics,
            InstantSource clock) {
        return new ServerParts(
                settings,
                ofPort(services, port),
                new AnswerHead(clock),
                metrics,
                sessions,
                Ticks.of(loops),
                new AtomicBoolean());
    }

    /** The services of a port in the order in which they are asked. */
    private static List<HttpService> ofPort(Iterable<HttpService> all, HttpPort port) {
        List<HttpService> services = new ArrayList<>();
        all.forEach(service -> {
            if (service.port() == port) {
                services.add(service);
            }
        });
        services.sort(Comparator.comparingInt(HttpService::order).thenComparing(HttpService::word));
        return List.copyOf(services);
    }

    Optional<HttpService> serviceFor(Request request) {
        for (HttpService service : services) {
            if (service.claims(request)) {
                return Optional.of(service);
            }
        }
        return Optional.empty();
    }
}
