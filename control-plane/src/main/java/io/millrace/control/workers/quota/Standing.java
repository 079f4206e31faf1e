package io.millrace.control.workers.quota;

import io.millrace.model.access.VhostUse;
import org.jspecify.annotations.Nullable;

/**
 * What one worker has of a vhost, and what it may have.
 *
 * @param mayPublish at least as many as it has; that many also where there is no limit
 * @param mayPlay likewise, unless viewers are being ended
 */
record Standing(int publishers, int viewers, int kbps, int mayPublish, int mayPlay) {

    static final Standing NONE = new Standing(0, 0, 0, 0, 0);

    static Standing of(VhostUse use) {
        return new Standing(use.publishers(), use.viewers(), use.kbps(), use.publishers(), use.viewers());
    }

    /** @param morePublishers null where there is no limit; likewise viewers */
    Standing allowed(@Nullable Integer morePublishers, @Nullable Integer moreViewers) {
        return new Standing(
                publishers,
                viewers,
                kbps,
                morePublishers == null ? publishers : morePublishers,
                moreViewers == null ? viewers : moreViewers);
    }

    /** Without those that it is to end. */
    int stayingViewers() {
        return Math.min(viewers, mayPlay);
    }

    int promisedPublishers() {
        return Math.max(0, mayPublish - publishers);
    }

    int promisedViewers() {
        return Math.max(0, mayPlay - viewers);
    }
}
