package io.millrace.control.streams.admin;

import io.millrace.model.Binding;
import io.millrace.model.OriginId;
import org.jspecify.annotations.Nullable;

/** Which streams a listing is to show; null where it does not matter. */
public record StreamFilter(
        @Nullable OriginId origin,
        @Nullable String vhost,
        @Nullable String app) {

    public static final StreamFilter ALL = new StreamFilter(null, null, null);

    boolean accepts(Binding binding) {
        return (origin == null || origin.equals(binding.origin()))
                && (vhost == null || vhost.equals(binding.stream().vhost()))
                && (app == null || app.equals(binding.stream().app()));
    }
}
