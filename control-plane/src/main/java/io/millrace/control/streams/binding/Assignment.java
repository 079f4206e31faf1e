package io.millrace.control.streams.binding;

import io.millrace.control.placement.Decision;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Origin;
import org.jspecify.annotations.Nullable;

/**
 * A stream is to live on an origin.
 *
 * @param actor who wants it, as in an event
 * @param placement the choice that it came from; null when nothing had to be chosen
 */
public record Assignment(
        Origin origin,
        Cause cause,
        String actor,
        String why,
        @Nullable Decision placement) {}
