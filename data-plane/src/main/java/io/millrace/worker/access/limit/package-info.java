/**
 * The limits of vhosts at this worker: what it has of each, and how much the control plane lets it have. Any thread, under one lock, once a
 * session; grants come on the thread {@code routing}. Uses {@code admin.sessions}; {@code routing.report} tells the control plane.
 */
@NullMarked
package io.millrace.worker.access.limit;

import org.jspecify.annotations.NullMarked;
