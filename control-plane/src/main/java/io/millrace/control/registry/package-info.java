/**
 * The origins: who registered, who is alive, who may take new streams. Any thread; an entry changes by compare-and-set, and no lock is
 * held while the store is asked. The parts are in the packages below, {@code origin, probe <- liveness <- registry <- registration}.
 */
@NullMarked
package io.millrace.control.registry;

import org.jspecify.annotations.NullMarked;
