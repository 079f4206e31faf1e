/**
 * The secrets that sign URLs of streams. In a durable store of their own, so that no history, export or audit of the configuration holds one. Any thread.
 * Imports store and errors; routing hands the secrets to workers, api makes and removes them.
 */
@NullMarked
package io.millrace.control.access;

import org.jspecify.annotations.NullMarked;
