/**
 * A small blocking RTMP client of our own, for load and for what no real player does. Written apart from the worker's codec, so
 * that the two do not share a mistake. A client belongs to one thread at a time; depends on nothing else here.
 */
@NullMarked
package io.millrace.cluster.rtmp;

import org.jspecify.annotations.NullMarked;
