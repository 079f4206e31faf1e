/**
 * How both planes log: lines are written by a thread of their own, and text of others neither adds lines nor reaches a terminal as it is.
 * Any thread; uses nothing but java.util.logging, and every package may use it.
 */
@NullMarked
package io.millrace.model.log;

import org.jspecify.annotations.NullMarked;
