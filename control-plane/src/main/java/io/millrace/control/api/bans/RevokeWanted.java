package io.millrace.control.api.bans;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is sent to revoke; for the description of the API. */
@Schema(name = "RevokeWanted")
record RevokeWanted(
        @Schema(description = "An open session, in place of network, streams and intent", examples = "s-7-0a3f")
        @Nullable
        String session,

        @Schema(description = "An address or a network; any client if left out", examples = "203.0.113.0/24") @Nullable
        String network,

        @Schema(description = "Pattern, * if left out", examples = "*") @Nullable
        String vhost,

        @Schema(description = "Pattern, * if left out", examples = "live") @Nullable
        String app,

        @Schema(description = "Pattern, * if left out", examples = "match*") @Nullable
        String stream,

        @Schema(
                description = "Whom the credential of a client names; anybody, and nobody, if left out",
                examples = "ann@example.com")
        @Nullable
        String subject,

        @Schema(description = "publish, play or both; both if left out", examples = "both") @Nullable
        String intent,

        @Schema(examples = "stolen link") @Nullable String reason,

        @Schema(description = "How long; 600 if left out", examples = "3600") @Nullable
        Integer seconds) {}
