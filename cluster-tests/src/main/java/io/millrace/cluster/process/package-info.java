/**
 * Processes and what is known of them from outside: started, watched, stopped and killed; free ports, sockets that listen, HTTP answers, CPU
 * time, and waiting for a condition with a deadline. Called from test threads; knows nothing of Millrace.
 */
@NullMarked
package io.millrace.cluster.process;

import org.jspecify.annotations.NullMarked;
