package io.millrace.control.api.origins;

import io.millrace.control.placement.OriginLoad;
import io.millrace.control.registry.origin.Failures;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.origin.OriginSource;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An origin as the REST API shows it. */
@Schema(name = "Origin")
public record OriginView(
        OriginId id,

        @Schema(description = "its device_id; where it has none, its id", examples = "origin-1")
        String name,

        @Schema(examples = "vid-1x2") String server,
        @Schema(examples = "10.0.0.7") String ip,
        Incarnation incarnation,
        OriginKind kind,

        @Schema(examples = "{\"rtmp\":[\"tcp://10.0.0.7:1935\"]}")
        Map<Listener, List<Endpoint>> endpoints,

        String zone,
        Map<String, String> labels,
        int weight,
        OriginState state,
        Admission admission,
        @Nullable Instant lastBeat,

        @Schema(examples = "no beat for 31s") String stateReason,
        Instant stateSince,

        @Schema(description = "Too many origins look dead at once, so workers still use this one")
        boolean kept,

        @Schema(
                description =
                        "How often it began to fail lately; each time it has to answer for longer before it is used again")
        int failuresLately,

        @Schema(description = "Workers that reported lately that they cannot reach it", examples = "[\"worker-1\"]")
        List<String> reportedBy,

        @Schema(description = "The time between two registrations, as far as it was learnt") @Nullable
        Double beatSeconds,

        LoadView load,
        OriginSource source) {

    /** Figures that are unknown are absent. */
    @Schema(name = "OriginLoad")
    public record LoadView(
            @Nullable Double cpuPercent,
            @Nullable Integer sessions,
            @Nullable Double kbps) {

        static LoadView of(OriginLoad load) {
            return new LoadView(
                    load.cpuPercent().isPresent() ? load.cpuPercent().getAsDouble() : null,
                    load.sessions().isPresent() ? load.sessions().getAsInt() : null,
                    load.kbps().isPresent() ? load.kbps().getAsDouble() : null);
        }
    }

    public static OriginView of(Origin origin, KnownOrigin known, OriginLoad load) {
        return new OriginView(
                origin.id(),
                origin.name().isEmpty() ? origin.id().value() : origin.name(),
                origin.server(),
                origin.ip(),
                origin.incarnation(),
                origin.kind(),
                origin.endpoints(),
                origin.zone(),
                origin.labels(),
                origin.weight(),
                known.state(),
                origin.admission(),
                known.signs().lastBeat(),
                known.standing().reason(),
                known.standing().since(),
                known.standing().kept(),
                known.failures().lately(),
                known.failures().reports().stream().map(Failures.Report::worker).toList(),
                seconds(known.signs().interval()),
                LoadView.of(load),
                known.source());
    }

    private static @Nullable Double seconds(@Nullable Duration interval) {
        return interval == null ? null : interval.toMillis() / 1000.0;
    }
}
