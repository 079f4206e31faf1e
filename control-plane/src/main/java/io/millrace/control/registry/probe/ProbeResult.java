package io.millrace.control.registry.probe;

/**
 * What a probe found.
 *
 * @param detail for people; empty when it was answered
 */
public record ProbeResult(Outcome outcome, String detail) {

    public static final ProbeResult ANSWERED = new ProbeResult(Outcome.ANSWERED, "");

    /** How it ended. */
    public enum Outcome {
        ANSWERED,
        /** The host says at once that nothing listens there. */
        REFUSED,
        /** No answer in time, a connection that broke, an answer in another protocol. */
        UNANSWERED,
        /** This process stood still meanwhile, so it says nothing about the origin. */
        INCONCLUSIVE
    }

    public static ProbeResult refused(String detail) {
        return new ProbeResult(Outcome.REFUSED, detail);
    }

    public static ProbeResult unanswered(String detail) {
        return new ProbeResult(Outcome.UNANSWERED, detail);
    }

    public static ProbeResult inconclusive() {
        return new ProbeResult(Outcome.INCONCLUSIVE, "this process stood still");
    }

    public boolean isAnswered() {
        return outcome == Outcome.ANSWERED;
    }

    public boolean isUnanswered() {
        return outcome == Outcome.UNANSWERED;
    }

    public boolean isRefused() {
        return outcome == Outcome.REFUSED;
    }
}
