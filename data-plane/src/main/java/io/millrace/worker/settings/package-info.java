/**
 * How an operator's words become settings: addresses, durations, the variables of SRS's proxy. Read once at start, on the main
 * thread. Uses no other package of the worker; every package may use it.
 */
@NullMarked
package io.millrace.worker.settings;

import org.jspecify.annotations.NullMarked;
