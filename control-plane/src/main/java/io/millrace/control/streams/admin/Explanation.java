package io.millrace.control.streams.admin;

import io.millrace.control.placement.Decision;
import io.millrace.control.streams.binding.DecisionRecord;
import io.millrace.model.Binding;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.ResolveAnswer;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream is and where a new session of it would go now.
 *
 * @param outcome what a worker that asks would be told
 * @param origin where the session would go; null when nowhere
 * @param why one sentence for people
 * @param binding null when the stream is not bound
 * @param decision how the binding came about, while that is remembered
 * @param placement how the origins would be ranked if the stream had to be placed now; policies that draw at random would draw
 *     anew
 */
public record Explanation(
        StreamKey stream,
        Intent intent,
        Protocol protocol,
        ResolveAnswer.Outcome outcome,
        @Nullable OriginId origin,
        String why,
        @Nullable Binding binding,
        @Nullable DecisionRecord decision,
        Decision placement) {

    /** With the decision that another control plane keeps. */
    public Explanation with(@Nullable DecisionRecord remembered) {
        return new Explanation(stream, intent, protocol, outcome, origin, why, binding, remembered, placement);
    }
}
