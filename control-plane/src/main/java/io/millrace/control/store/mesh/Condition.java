package io.millrace.control.store.mesh;

import org.jspecify.annotations.Nullable;

/**
 * How the mesh is, as this control plane sees it.
 *
 * @param why for operators; empty while it takes writes
 * @param refuses whether a write need not even be tried
 */
record Condition(String why, boolean refuses) {

    static final Condition WORKS = new Condition("", false);

    static Condition of(Replica replica, boolean wasActive, boolean agreesForLong, @Nullable String leaderName) {
        int here = replica.membersHere();
        int meant = replica.sizeMeant();
        String planes = meant == 1 ? " control plane" : " control planes";
        if (!replica.hasMajority()) {
            String why = wasActive
                    ? "mesh: this half has " + here + " of " + meant + planes
                    : "mesh: waits for others, " + here + " of " + meant + planes + " can be reached";
            return new Condition(why + "; writes need " + Replica.majority(meant), true);
        }
        if (!replica.isActive()) {
            return new Condition(
                    agreesForLong || !wasActive
                            ? "mesh: " + here + " of " + meant + planes + " are agreeing on what is stored"
                            : "",
                    false);
        }
        return replica.requester().isAway()
                ? new Condition("mesh: the leading control plane " + leaderName + " does not answer", true)
                : WORKS;
    }
}
