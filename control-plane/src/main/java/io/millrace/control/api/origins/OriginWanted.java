package io.millrace.control.api.origins;

import io.millrace.model.Listener;
import io.millrace.model.OriginKind;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is sent to add an origin; for the description of the API. */
@Schema(name = "OriginWanted")
record OriginWanted(
        @Schema(description = "A name for it", examples = "nginx-a") @Nullable
        String server,

        @Schema(description = "Where its endpoints are; an address or a host name", examples = "10.0.0.8")
        String ip,

        @Schema(description = "other if left out") @Nullable OriginKind kind,

        @Schema(
                description = "Ports, or host:port, by what listens there; one at least must be TCP",
                examples = "{\"rtmp\":[\"1935\"],\"http\":[\"8080\"]}")
        Map<Listener, List<String>> endpoints,

        @Nullable String zone,
        @Nullable Map<String, String> labels,

        @Schema(description = "0 to 10000; 100 if left out") @Nullable
        Integer weight) {}
