/**
 * What happened: a bounded log that operators read and follow live. Safe for use by any thread; every package may record
 * events, and this package depends on none of them.
 */
@NullMarked
package io.millrace.control.events;

import org.jspecify.annotations.NullMarked;
