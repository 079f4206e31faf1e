package io.millrace.control.api.config;

import io.millrace.model.access.AccessCheck;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is sent to replace the rules of access; for the description of the API. */
@Schema(name = "AccessRulesWanted")
record AccessRulesWanted(List<RuleWanted> rules) {

    /** One of them. */
    @Schema(name = "AccessRuleWanted")
    record RuleWanted(
            @Schema(examples = "cameras") String name,

            @Schema(description = "Pattern, * if left out") @Nullable
            String vhost,

            @Schema(description = "Pattern, * if left out", examples = "live") @Nullable
            String app,

            @Schema(description = "Pattern, * if left out", examples = "cam*") @Nullable
            String stream,

            @Schema(description = "Nothing if left out") @Nullable
            AccessCheck publish,

            @Schema(description = "Nothing if left out") @Nullable
            AccessCheck play) {}
}
