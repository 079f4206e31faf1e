/**
 * The routing table in use: fetched by long polls, checked, kept on disk, shown on the management port.
 *
 * <p>Its state lives on the thread {@code routing}; any thread may read the table in use. Uses {@code client}; {@code resolve} and
 * {@code report} may use it.
 */
@NullMarked
package io.millrace.worker.routing.table;

import org.jspecify.annotations.NullMarked;
