/**
 * What an operator does with one worker: drain it, see whether it is healthy, list its sessions and end them by the admin API on the
 * management port. The sessions themselves are in {@code sessions}.
 *
 * <p>Everything here may be called from any thread. May use {@code settings} and {@code telemetry}; {@code routing} and the protocols
 * may use it.
 */
@NullMarked
package io.millrace.worker.admin;

import org.jspecify.annotations.NullMarked;
