/**
 * Probing one origin: an RTMP handshake or a TCP connect. A virtual thread for each attempt; registry depends on it, it knows no registry.
 */
@NullMarked
package io.millrace.control.registry.probe;

import org.jspecify.annotations.NullMarked;
