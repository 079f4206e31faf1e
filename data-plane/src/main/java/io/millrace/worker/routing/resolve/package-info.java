/**
 * Which origin a session goes to: the answer of the control plane, what is cached, and placement while the control plane is
 * unavailable; the search of one session over several origins, with a second attempt beside a silent one.
 *
 * <p>The router may be called on any thread and never blocks; a search lives on the event loop of its session. Uses {@code client} and
 * {@code table}; the protocols use this room.
 */
@NullMarked
package io.millrace.worker.routing.resolve;

import org.jspecify.annotations.NullMarked;
