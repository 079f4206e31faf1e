/**
 * Asks origins for their streams again and again, which repairs what their callbacks missed. One tick a second on a thread of
 * its own, one virtual thread for each origin that is due. Nothing depends on this package.
 */
@NullMarked
package io.millrace.control.srs.poll;

import org.jspecify.annotations.NullMarked;
