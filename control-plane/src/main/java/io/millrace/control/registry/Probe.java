package io.millrace.control.registry;

import io.millrace.model.Endpoint;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds out whether something listens at an endpoint. */
interface Probe {

    /**
     * Returns at once; the result comes later and on another thread.
     *
     * @param result takes what went wrong, or null if the connection was made
     */
    void connect(Endpoint endpoint, Consumer<@Nullable String> result);
}
