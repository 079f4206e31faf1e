package io.millrace.control.srs;

import io.millrace.model.OriginKind;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What SRS sends as its heartbeat, as far as it is read, and what others may add; for the description of the API. */
@Schema(name = "Heartbeat", additionalProperties = Schema.True.class)
record HeartbeatBody(
        @Schema(examples = "10.0.0.7") String ip,
        @Schema(examples = "vid-1x2") String server,
        @Schema(examples = "s-77") String service,

        @Schema(description = "A text or a number", examples = "4711")
        String pid,

        @Schema(description = "Ports or addresses of listeners", examples = "[\"1935\"]")
        List<String> rtmp,

        @Nullable List<String> http,
        @Nullable List<String> api,
        @Nullable List<String> srt,
        @Nullable List<String> rtc,
        @Nullable List<String> rtsp,

        @Schema(description = "The name that lists show") @Nullable
        String device_id,

        @Schema(description = "srs if left out") @Nullable OriginKind kind,
        @Nullable String zone,
        @Nullable Map<String, String> labels,
        @Nullable Integer weight) {}
