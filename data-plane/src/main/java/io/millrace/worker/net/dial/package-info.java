/**
 * The way out to origins: why a connection could not be made. On event loops.
 */
@NullMarked
package io.millrace.worker.net.dial;

import org.jspecify.annotations.NullMarked;
