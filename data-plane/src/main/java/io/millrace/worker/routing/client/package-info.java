/**
 * The client of the control plane's internal API: which control plane is asked, what goes over the wire, and whether it answers.
 *
 * <p>Requests run on threads of their own and answers arrive on them, so that no event loop waits. The lowest room of {@code routing}:
 * all others may use it.
 */
@NullMarked
package io.millrace.worker.routing.client;

import org.jspecify.annotations.NullMarked;
