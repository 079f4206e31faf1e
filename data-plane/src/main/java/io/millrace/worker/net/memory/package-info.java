/**
 * What all connections together may hold for peers that do not read: the budget, each event loop's share of it, and what a waiting
 * message really keeps in memory. Counting happens on the event loops; sums may be read by any thread. Uses {@code flow}.
 */
@NullMarked
package io.millrace.worker.net.memory;

import org.jspecify.annotations.NullMarked;
