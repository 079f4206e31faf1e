/**
 * Relays that stand between two processes: blind ones to compare with, and ones that delay or lose what they carry. Each runs on threads of
 * its own; may depend on {@code process} and {@code origin}.
 */
@NullMarked
package io.millrace.cluster.network;

import org.jspecify.annotations.NullMarked;
