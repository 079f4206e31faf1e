package io.millrace.worker.webrtc.relay;

import io.millrace.model.wire.MediaRoute;
import io.millrace.worker.routing.client.MediaRouteBook;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the control plane knows. */
final class TestBook implements MediaRouteBook {

    final Map<String, MediaRoute> routes = new ConcurrentHashMap<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    final List<String> put = new CopyOnWriteArrayList<>();
    volatile boolean isAway;

    @Override
    public CompletionStage<Void> put(MediaRoute route) {
        routes.put(route.key(), route);
        put.add(route.key());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Optional<MediaRoute>> find(String key) {
        asked.add(key);
        return isAway
                ? CompletableFuture.failedFuture(new IllegalStateException("away"))
                : CompletableFuture.completedFuture(Optional.ofNullable(routes.get(key)));
    }

    @Override
    public CompletionStage<Void> remove(String key) {
        routes.remove(key);
        return CompletableFuture.completedFuture(null);
    }
}
