package io.millrace.control.config;

import io.millrace.model.Admission;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an operator said of an origin; null where the origin's own word counts. */
public record OriginOverride(
        @Nullable Admission admission,
        @Nullable Integer weight,
        @Nullable Map<String, String> labels) {}
