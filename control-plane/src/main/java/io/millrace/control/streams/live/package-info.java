/**
 * Which streams are live where: what workers report, and publishers that only origins report. In memory, each class with one lock of its
 * own; any thread. The other packages of streams depend on it.
 */
@NullMarked
package io.millrace.control.streams.live;

import org.jspecify.annotations.NullMarked;
