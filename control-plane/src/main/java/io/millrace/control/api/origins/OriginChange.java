package io.millrace.control.api.origins;

import io.millrace.model.Admission;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is to count over what an origin says of itself; for the description of the API. */
@Schema(name = "OriginChange", description = "What is left out stays; with null what the origin says counts again")
record OriginChange(
        @Schema(nullable = true) @Nullable Admission admission,
        @Schema(nullable = true) @Nullable Integer weight,
        @Schema(nullable = true) @Nullable Map<String, String> labels) {}
