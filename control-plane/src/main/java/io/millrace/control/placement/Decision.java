package io.millrace.control.placement;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.millrace.model.OriginId;
import io.millrace.model.placement.Policy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The outcome of one placement: every candidate with the reason for its rank.
 *
 * @param rule the name of the rule that applied
 * @param candidates the choices, best first, then those that may not take the stream
 */
public record Decision(String rule, Policy policy, List<Candidate> candidates) {

    private static final int NAMED_IN_SUMMARY = 5;

    public Decision {
        // A ranking never changes, and copying it would put all of it into words.
        candidates = candidates instanceof Ranking ? candidates : List.copyOf(candidates);
    }

    /**
     * One origin that was looked at.
     *
     * @param name how log lines name it
     * @param allowed whether it may take the stream
     */
    public record Candidate(OriginId origin, String name, boolean allowed, String reason) {}

    /** The first choice, if any origin may take the stream. */
    @JsonIgnore
    public Optional<Candidate> chosen() {
        return candidates.stream().filter(Candidate::allowed).findFirst();
    }

    /** One line for people: what was chosen and why, or why nothing was. */
    public String summary() {
        return chosen().map(candidate -> candidate.name() + ": " + candidate.reason())
                .orElseGet(this::whyNone);
    }

    private String whyNone() {
        if (candidates.isEmpty()) {
            return "no origin is known";
        }
        String named = candidates.stream()
                .limit(NAMED_IN_SUMMARY)
                .map(candidate -> candidate.name() + " " + candidate.reason())
                .collect(Collectors.joining("; "));
        int more = candidates.size() - NAMED_IN_SUMMARY;
        return "no origin may take the stream: " + named + (more > 0 ? "; and " + more + " more" : "");
    }
}
