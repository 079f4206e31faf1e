package io.millrace.control.api.config;

import io.millrace.model.placement.Delivery;
import io.millrace.model.placement.Policy;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is sent to replace the placement rules; for the description of the API. */
@Schema(name = "RulesWanted")
record RulesWanted(List<RuleWanted> rules) {

    /** One of them. */
    @Schema(name = "PlacementRuleWanted")
    record RuleWanted(
            @Schema(examples = "gold") String name,

            @Schema(description = "Pattern, * if left out") @Nullable
            String vhost,

            @Schema(description = "Pattern, * if left out") @Nullable
            String app,

            @Schema(description = "Pattern, * if left out") @Nullable
            String stream,

            @Schema(description = "least-load if left out") @Nullable
            Policy policy,

            @Schema(description = "Only origins of this zone; any if left out") @Nullable
            String zone,

            @Schema(description = "Only origins that carry all of these") @Nullable
            Map<String, String> labels,

            @Nullable Integer standbys,
            @Nullable Delivery delivery) {}
}
