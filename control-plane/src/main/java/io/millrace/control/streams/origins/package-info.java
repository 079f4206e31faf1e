/**
 * What origins report of their publishers, and the exchange of these reports between control planes. Any thread; the exchange has one of
 * its own. Imports resolve; srs depends on it.
 */
@NullMarked
package io.millrace.control.streams.origins;

import org.jspecify.annotations.NullMarked;
