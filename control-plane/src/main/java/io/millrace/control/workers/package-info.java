/**
 * The workers: which are enrolled, what each reports, which table it applied, what it was asked to do. Any thread; each worker's state is
 * guarded by its own monitor, which is not held while the store is asked. Imports registry, streams, config and events;
 * health and api may depend on it.
 */
@NullMarked
package io.millrace.control.workers;

import org.jspecify.annotations.NullMarked;
