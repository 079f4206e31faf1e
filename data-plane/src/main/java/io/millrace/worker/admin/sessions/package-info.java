/**
 * Every session that is open on this worker: what it carries, how it ended and why, what is refused and how that is logged and counted.
 *
 * <p>Any thread may use the table; a session's counters are written by its event loop alone. The protocols may use it; it knows none of
 * them, neither {@code routing} nor {@code net}.
 */
@NullMarked
package io.millrace.worker.admin.sessions;

import org.jspecify.annotations.NullMarked;
