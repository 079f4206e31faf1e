package io.millrace.control.streams.live;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where streams are live, by the reports of workers and, for publishers that came past them, of origins. Reads only; any thread.
 */
public final class LivePublishers {

    private final LiveStreams workers;
    private final OriginPublishers origins;
    private final OriginTroubles troubles;

    public LivePublishers(LiveStreams workers, OriginPublishers origins, OriginTroubles troubles) {
        this.workers = workers;
        this.origins = origins;
        this.troubles = troubles;
    }

    /** A live publisher; {@code source} says for people who told of it. */
    public record Live(OriginId origin, String source) {}

    public boolean isLive(StreamKey stream, OriginId origin) {
        return workers.hasPublisher(stream, origin) || isDirect(stream, origin);
    }

    /** Whether a publisher came past the workers. What an origin said before it was seen to be gone does not count. */
    public boolean isDirect(StreamKey stream, OriginId origin) {
        return !workers.hasPublisher(stream, origin)
                && origins.find(stream, origin)
                        .filter(direct -> troubles.of(origin)
                                .map(trouble -> direct.saidAt().isAfter(trouble.since()))
                                .orElse(true))
                        .isPresent();
    }

    /** Whether a live publisher of the stream on the origin was reported later than the given moment. */
    public boolean isLiveSince(StreamKey stream, OriginId origin, Instant moment) {
        return workers.hasPublisherSince(stream, origin, moment)
                || origins.find(stream, origin)
                        .filter(direct -> direct.saidAt().isAfter(moment))
                        .isPresent();
    }

    /** The live publishers of a stream, the most credible first. */
    public List<Live> of(StreamKey stream) {
        return Stream.concat(
                        workers.publishers(stream).stream()
                                .map(carried -> new Live(carried.origin(), "worker " + carried.worker())),
                        origins.of(stream).stream().map(direct -> new Live(direct.origin(), "the origin itself")))
                .toList();
    }
}
