/**
 * The event loops: how new connections are spread over them, how late and how busy they are, what is ticked on them, how they read
 * and how long they rest. Uses {@code memory}.
 */
@NullMarked
package io.millrace.worker.net.loop;

import org.jspecify.annotations.NullMarked;
