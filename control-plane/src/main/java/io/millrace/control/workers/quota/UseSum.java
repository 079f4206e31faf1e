package io.millrace.control.workers.quota;

/** What several workers have of a vhost. Kept up to date by adding and taking away; guarded by its owner. */
final class UseSum {

    static final UseSum NOTHING = new UseSum();

    private int standings;
    private long publishers;
    private long viewers;
    private long stayingViewers;
    private long kbps;
    private long promisedPublishers;
    private long promisedViewers;

    void add(Standing standing) {
        count(standing, 1);
    }

    void remove(Standing standing) {
        count(standing, -1);
    }

    private void count(Standing standing, int sign) {
        standings += sign;
        publishers += (long) sign * standing.publishers();
        viewers += (long) sign * standing.viewers();
        stayingViewers += (long) sign * standing.stayingViewers();
        kbps += (long) sign * standing.kbps();
        promisedPublishers += (long) sign * standing.promisedPublishers();
        promisedViewers += (long) sign * standing.promisedViewers();
    }

    /** What these and others have together. */
    UseSum with(UseSum others) {
        UseSum both = new UseSum();
        both.standings = standings + others.standings;
        both.publishers = publishers + others.publishers;
        both.viewers = viewers + others.viewers;
        both.stayingViewers = stayingViewers + others.stayingViewers;
        both.kbps = kbps + others.kbps;
        both.promisedPublishers = promisedPublishers + others.promisedPublishers;
        both.promisedViewers = promisedViewers + others.promisedViewers;
        return both;
    }

    boolean isOfNone() {
        return standings == 0;
    }

    long publishers() {
        return publishers;
    }

    long viewers() {
        return viewers;
    }

    /** Without those that workers are to end. */
    long stayingViewers() {
        return stayingViewers;
    }

    long kbps() {
        return kbps;
    }

    /** Those that workers may have and do not have yet. */
    long promisedPublishers() {
        return promisedPublishers;
    }

    long promisedViewers() {
        return promisedViewers;
    }

    VhostTotal total(String vhost) {
        return new VhostTotal(
                vhost, (int) Math.min(Integer.MAX_VALUE, publishers), (int) Math.min(Integer.MAX_VALUE, viewers), (int)
                        Math.min(Integer.MAX_VALUE, kbps));
    }
}
