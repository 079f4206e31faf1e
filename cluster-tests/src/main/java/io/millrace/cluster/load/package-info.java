/**
 * Load on a relay and what it costs: publishers, viewers, and the bench that sets Millrace beside other relays. Viewers run in a
 * process of their own, one thread for all. May depend on the harness and on its RTMP client.
 */
@NullMarked
package io.millrace.cluster.load;

import org.jspecify.annotations.NullMarked;
