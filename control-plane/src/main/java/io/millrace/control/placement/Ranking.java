package io.millrace.control.placement;

import io.millrace.control.placement.Decision.Candidate;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * The candidates of a placement, put into words only when somebody reads them: a placement looks at all origins, and hardly anybody
 * ever asks why the others were not taken.
 */
final class Ranking extends AbstractList<Candidate> implements RandomAccess {

    private final List<Ranked> ranked;

    Ranking(List<Ranked> ranked) {
        this.ranked = List.copyOf(ranked);
    }

    @Override
    public Candidate get(int index) {
        Ranked one = ranked.get(index);
        return new Candidate(
                one.origin().id(),
                one.origin().displayName(),
                one.allowed(),
                one.reason().text());
    }

    @Override
    public int size() {
        return ranked.size();
    }
}
