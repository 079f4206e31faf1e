package io.millrace.control.srs.hooks;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What SRS posts, as far as it is read; for the description of the API. */
@Schema(name = "Hook", additionalProperties = Schema.True.class)
record HookBody(
        @Schema(examples = "on_publish") String action,

        @Schema(description = "Which SRS it is", examples = "vid-1x2")
        String server_id,

        @Schema(description = "Which run of it", examples = "s-77") @Nullable
        String service_id,

        @Schema(examples = "7c9c9068") @Nullable String client_id,
        @Nullable String vhost,
        @Schema(examples = "live") @Nullable String app,
        @Schema(examples = "cam") @Nullable String stream) {}
