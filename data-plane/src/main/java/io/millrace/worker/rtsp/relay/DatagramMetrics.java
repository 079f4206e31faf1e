package io.millrace.worker.rtsp.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Datagrams that went nowhere, and the ports that are in use. Any thread. */
public final class DatagramMetrics {

    private final Counter foreign;
    private final Counter early;
    private final Counter unsent;

    public DatagramMetrics(MeterRegistry registry, PortPairs ports) {
        this.foreign = counter(registry, "foreign");
        this.early = counter(registry, "early");
        this.unsent = counter(registry, "unsent");
        Gauge.builder("millrace.rtsp.port.pairs", ports, PortPairs::taken)
                .description("Pairs of UDP ports that RTSP sessions hold")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String why) {
        return Counter.builder("millrace.rtsp.datagrams.dropped")
                .description("Datagrams of RTSP sessions that were not passed on")
                .tag("reason", why)
                .register(registry);
    }

    /** It came from another address. */
    void droppedForeign() {
        foreign.increment();
    }

    /** Its receiver is not known yet. */
    void droppedEarly() {
        early.increment();
    }

    /** The system's buffer for sending is full. */
    void droppedUnsent() {
        unsent.increment();
    }
}
