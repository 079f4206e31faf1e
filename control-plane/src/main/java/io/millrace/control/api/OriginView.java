package io.millrace.control.api;

import io.millrace.control.placement.OriginLoad;
import io.millrace.control.registry.KnownOrigin;
import io.millrace.control.registry.OriginSource;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An origin as the REST API shows it. */
@Schema(name = "Origin")
public record OriginView(
        @Schema(type = SchemaType.STRING, examples = "o-3f1c2a9b7d01")
        OriginId id,

        @Schema(description = "its device_id; where it has none, its id", examples = "origin-1")
        String name,

        @Schema(examples = "vid-1x2") String server,
        @Schema(examples = "10.0.0.7") String ip,
        Incarnation incarnation,
        OriginKind kind,

        @Schema(type = SchemaType.OBJECT, examples = "{\"rtmp\":[\"tcp://10.0.0.7:1935\"]}")
        Map<Listener, List<Endpoint>> endpoints,

        String zone,
        Map<String, String> labels,
        int weight,
        OriginState state,
        Admission admission,
        @Nullable Instant lastBeat,

        @Schema(examples = "no beat for 31s") String stateReason,
        Instant stateSince,
        LoadView load,
        OriginSource source) {

    /** Figures that nobody knows are null. */
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

    static OriginView of(Origin origin, KnownOrigin known, OriginLoad load) {
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
                origin.state(),
                origin.admission(),
                known.signs().lastBeat(),
                known.standing().reason(),
                known.standing().since(),
                LoadView.of(load),
                known.source());
    }
}
