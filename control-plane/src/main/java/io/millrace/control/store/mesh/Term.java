package io.millrace.control.store.mesh;

import java.util.Comparator;

/**
 * The time in which one member leads. A member follows only the highest term that it was asked to follow, so two leaders who do not know
 * of each other cannot both get a majority.
 *
 * @param number at least the microseconds of the leader's clock, so that a mesh that began anew is above what it was before
 */
record Term(long number, String leader) implements Comparable<Term> {

    static final Term NONE = new Term(0, "");

    private static final Comparator<Term> ORDER =
            Comparator.comparingLong(Term::number).thenComparing(Term::leader);

    @Override
    public int compareTo(Term other) {
        return ORDER.compare(this, other);
    }
}
