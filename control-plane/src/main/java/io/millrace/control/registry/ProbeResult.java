package io.millrace.control.registry;

/**
 * What a probe found.
 *
 * @param detail for people; empty when it was answered
 */
record ProbeResult(Outcome outcome, String detail) {

    static final ProbeResult ANSWERED = new ProbeResult(Outcome.ANSWERED, "");

    /** How it ended. */
    enum Outcome {
        ANSWERED,
        /** The host says at once that nothing listens there. */
        REFUSED,
        /** No answer in time, a connection that broke, an answer in another protocol. */
        UNANSWERED,
        /** This process stood still meanwhile, so it says nothing about the origin. */
        INCONCLUSIVE
    }

    static ProbeResult refused(String detail) {
        return new ProbeResult(Outcome.REFUSED, detail);
    }

    static ProbeResult unanswered(String detail) {
        return new ProbeResult(Outcome.UNANSWERED, detail);
    }

    static ProbeResult inconclusive() {
        return new ProbeResult(Outcome.INCONCLUSIVE, "this process stood still");
    }

    boolean isAnswered() {
        return outcome == Outcome.ANSWERED;
    }

    boolean isUnanswered() {
        return outcome == Outcome.UNANSWERED;
    }

    boolean isRefused() {
        return outcome == Outcome.REFUSED;
    }
}
