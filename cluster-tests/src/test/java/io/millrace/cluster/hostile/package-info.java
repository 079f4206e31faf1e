/**
 * Clients that flood, stall, send garbage or never read.
 */
@NullMarked
package io.millrace.cluster.hostile;

import org.jspecify.annotations.NullMarked;
