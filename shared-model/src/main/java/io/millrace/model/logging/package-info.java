/**
 * How both planes write their log: never on the thread that has something to say. Any thread; nothing but java.util.logging is
 * used, and everybody who starts a plane may use it.
 */
@NullMarked
package io.millrace.model.logging;

import org.jspecify.annotations.NullMarked;
