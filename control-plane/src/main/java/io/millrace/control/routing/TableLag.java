package io.millrace.control.routing;

import org.jspecify.annotations.Nullable;

/**
 * How far a worker's table is behind the newest one.
 *
 * @param versions null when the worker's version is none of this control plane's
 * @param millis since the first version that the worker lacks was published; 0 when it lacks none
 */
public record TableLag(@Nullable Long versions, long millis) {

    public static final TableLag NONE = new TableLag(0L, 0);
}
