/**
 * Origins and publishers that are no part of Millrace: nginx with its RTMP module, ffmpeg, and small ones of our own. Called from test
 * threads; may depend on {@code process} and {@code rtmp}.
 */
@NullMarked
package io.millrace.cluster.origin;

import org.jspecify.annotations.NullMarked;
