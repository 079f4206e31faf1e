package io.millrace.control.store.mesh;

import java.util.List;

/** What control planes say to each other. */
sealed interface Message {

    /** From who wants to lead: follow this term, and say what you have. */
    record Gather(Term term) implements Message {}

    /**
     * The answer to it.
     *
     * @param promised the term that the sender follows; another than asked for if it has promised more already
     * @param position what the sender has
     */
    record Gathered(Term asked, Term promised, Position position) implements Message {}

    /** To the one who has the newest content: send it. */
    record Fetch(Term term) implements Message {}

    /** A piece of the content that {@link Fetch} asked for. */
    record Fetched(Term term, Part part) implements Message {}

    /** A piece of the content that the term begins with, or that a follower missed; to be acknowledged after the last. */
    record Install(Term term, long round, int groupSize, Part part) implements Message {}

    /** The term begins with what the receiver has; to be acknowledged. */
    record Keep(Term term, int groupSize) implements Message {}

    /** What the next round changes; to be acknowledged. The round before it is decided. */
    record Prepare(Term term, long round, List<Op> ops) implements Message {}

    /** The sender has everything up to this round. */
    record Ack(Term term, long round) implements Message {}

    /** A majority has the round: it holds. */
    record Decided(Term term, long round, List<Result> results) implements Message {}

    /** The sender missed something and wants the content anew. */
    record Behind(Term term) implements Message {}

    /** What the sender's callers want. */
    record Requests(List<Op> ops) implements Message {}

    /**
     * A part of a content.
     *
     * @param from how many bytes were before it, so that a lost one is noticed
     */
    record Part(int from, boolean last, Bytes bytes) {}

    /** @param version of a write that succeeded; 0 if it was refused or wrote nothing */
    record Result(long id, boolean done, long version) {}

    /**
     * How far somebody is.
     *
     * @param term of the content; {@link Term#NONE} if it was never part of the mesh since it started
     * @param durableVersion the newest version of an entry that is kept on disk
     * @param groupSize how many had to agree on the content
     */
    record Position(Term term, long round, long durableVersion, int groupSize) {

        boolean isKnown() {
            return !term.equals(Term.NONE);
        }

        boolean sameContent(Position other) {
            return isKnown() && term.equals(other.term) && round == other.round;
        }
    }
}
