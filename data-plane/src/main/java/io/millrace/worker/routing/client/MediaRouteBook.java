package io.millrace.worker.routing.client;

import io.millrace.model.wire.MediaRoute;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What all workers know together about sessions whose packets do not name their stream. Kept by the control plane; any thread may
 * ask, every method returns at once, and stages fail when no control plane answers.
 */
public interface MediaRouteBook {

    /** Adds it, or confirms that it is still in use: what is not put again is forgotten after half an hour. */
    CompletionStage<Void> put(MediaRoute route);

    CompletionStage<Optional<MediaRoute>> find(String key);

    /** Its session is over. */
    CompletionStage<Void> remove(String key);
}
