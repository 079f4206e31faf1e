/**
 * A WHIP and WHEP origin on the WebRTC stack of browsers, in a process of its own. {@code WebRtcOrigin} is what tests hold; all
 * else runs in that process: HTTP on virtual threads, media on the stack's own threads. May depend on the process harness.
 */
@NullMarked
package io.millrace.cluster.webrtc;

import org.jspecify.annotations.NullMarked;
