/**
 * The way in for connections: listeners, the bounds on how many there may be in all and of one address, and who the client is. On event
 * loops. Uses {@code loop} and {@code memory}.
 */
@NullMarked
package io.millrace.worker.net.accept;

import org.jspecify.annotations.NullMarked;
