/**
 * What operators do: starting, setting, draining, kicking, and the first minute of a newcomer.
 */
@NullMarked
package io.millrace.cluster.operate;

import org.jspecify.annotations.NullMarked;
