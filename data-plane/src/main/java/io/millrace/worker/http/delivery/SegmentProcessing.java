package io.millrace.worker.http.delivery;

import io.millrace.worker.http.cache.CacheControl;
import io.millrace.worker.http.cache.CachedObject;
import io.millrace.worker.http.cache.FetchPlan;
import io.millrace.worker.http.cache.Head;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;

/** Decides how long a segment is kept. */
record SegmentProcessing(Duration segmentTtl, Duration errorTtl) implements FetchPlan.Processing {

    /** For origins that want to be asked each time, which they say of pieces because they say it of the folder that playlists are in. */
    private static final Duration IF_MUST_ASK = Duration.ofSeconds(10);

    @Override
    public int wholeBodyUpTo() {
        return 0;
    }

    @Override
    public FetchPlan.Processed of(Head head, CachedObject complete) {
        return FetchPlan.Processed.asItIs(ttl(head));
    }

    private Duration ttl(Head head) {
        if (!head.status().equals(HttpResponseStatus.OK)) {
            return errorTtl(head, errorTtl);
        }
        CacheControl control = CacheControl.of(head.headers());
        if (control.mustAsk()) {
            return min(segmentTtl, IF_MUST_ASK);
        }
        return control.maxAge().map(age -> min(age, segmentTtl)).orElse(segmentTtl);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** What is not there, and what an origin cannot do now, is the same for everybody for a moment; other answers are not kept. */
    static Duration errorTtl(Head head, Duration errorTtl) {
        int code = head.status().code();
        boolean isSame = code == 404 || code == 410 || (code >= 500 && code <= 504);
        return isSame && CacheControl.of(head.headers()).mayShare() ? errorTtl : Duration.ZERO;
    }
}
