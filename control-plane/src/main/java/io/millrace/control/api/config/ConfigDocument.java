package io.millrace.control.api.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigRevision;
import io.millrace.control.config.OriginOverride;
import io.millrace.control.config.StaticOrigin;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.OriginKind;
import io.millrace.model.access.AccessRule;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.table.ClusterSettings;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** All that operators configured, as it leaves one cluster and enters another. */
@Schema(name = "Configuration")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConfigDocument(
        @Schema(
                description = "How the document is written; a newer one than this control plane's is refused",
                examples = "1")
        int formatVersion,

        @Schema(description = "Counts the changes; 0 before the first. For information: If-Match is what a PUT goes by")
        long version,

        @Schema(description = "When it was changed last; for information") @Nullable
        Instant changedAt,

        @Schema(description = "Who changed it last; for information", examples = "operator") @Nullable
        String changedBy,

        @Schema(description = "Origins that do not register by themselves")
        List<ConfiguredOrigin> staticOrigins,

        @Schema(description = "What counts over an origin's own word, by the origin's id")
        Map<String, ConfiguredOverride> overrides,

        @Schema(description = "In the order in which they are tried")
        List<PlacementRule> rules,

        @Schema(description = "Host names that are vhosts of their own")
        List<String> vhosts,

        ClusterSettings settings,

        @Schema(
                description =
                        "What clients must show, in the order in which the rules are tried. Where a document does not have this part,"
                                + " the rules that are there stay")
        @Nullable
        List<AccessRule> accessRules) {

    /** How documents are written now; a change that older control planes cannot read gets the next number. */
    static final int FORMAT = 1;

    /**
     * An origin that operators added by hand.
     *
     * @param id follows from server, ip and first RTMP port; may be left out in what is sent
     */
    public record ConfiguredOrigin(
            @Schema(
                    description = "Follows from server, ip and first port; may be left out",
                    examples = "o-3f1c2a9b7d01")
            String id,

            @Schema(examples = "nginx-a") String server,
            @Schema(examples = "10.0.0.8") String ip,
            OriginKind kind,

            @Schema(examples = "{\"rtmp\":[\"tcp://10.0.0.8:1935\"]}")
            Map<Listener, List<String>> endpoints,

            String zone,
            Map<String, String> labels,
            int weight) {

        private static ConfiguredOrigin of(StaticOrigin origin) {
            Map<Listener, List<String>> endpoints = new EnumMap<>(Listener.class);
            origin.endpoints()
                    .forEach((listener, list) -> endpoints.put(
                            listener, list.stream().map(Endpoint::toString).toList()));
            return new ConfiguredOrigin(
                    origin.id().value(),
                    origin.server(),
                    origin.ip(),
                    origin.kind(),
                    endpoints,
                    origin.zone(),
                    origin.labels(),
                    origin.weight());
        }
    }

    /** What counts over an origin's own word; absent where that counts. */
    @Schema(name = "OriginOverride")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ConfiguredOverride(
            @Nullable Admission admission,
            @Nullable Integer weight,
            @Nullable Map<String, String> labels) {

        private static ConfiguredOverride of(OriginOverride override) {
            return new ConfiguredOverride(override.admission(), override.weight(), override.labels());
        }
    }

    public static ConfigDocument of(ConfigRevision revision) {
        ClusterConfig config = revision.config();
        Map<String, ConfiguredOverride> overrides = new LinkedHashMap<>();
        config.overrides().forEach((id, override) -> overrides.put(id.value(), ConfiguredOverride.of(override)));
        return new ConfigDocument(
                FORMAT,
                revision.version(),
                revision.at(),
                revision.actor().isEmpty() ? null : revision.actor(),
                config.staticOrigins().stream().map(ConfiguredOrigin::of).toList(),
                overrides,
                config.rules(),
                config.vhosts(),
                config.settings(),
                config.accessRules());
    }
}
