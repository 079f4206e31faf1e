package io.millrace.control.store.mesh;

import org.jspecify.annotations.Nullable;

/**
 * What the mesh answers to a request.
 *
 * @param version of what was written
 * @param current what the key holds afterwards
 */
record Decision(boolean done, long version, @Nullable Cell current) {}
