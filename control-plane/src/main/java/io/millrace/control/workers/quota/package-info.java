/**
 * The limits of vhosts over all workers: what each has is summed up, and each is told how much it may have. Any thread; nothing here waits but
 * {@code QuotaSharing}, which writes to the store. Imports store and the model; workers, health and api depend on it.
 */
@NullMarked
package io.millrace.control.workers.quota;

import org.jspecify.annotations.NullMarked;
