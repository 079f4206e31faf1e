/**
 * The operators' list of bans. In a durable store, so all control planes have the same; entries end by the store's time to live. Any thread.
 * Imports store and errors; routing hands the bans to workers, api changes them.
 */
@NullMarked
package io.millrace.control.bans;

import org.jspecify.annotations.NullMarked;
