/**
 * The origins: who registered, who is alive, who may take new streams. Any thread; changes are serialised inside.
 */
@NullMarked
package io.millrace.control.registry;

import org.jspecify.annotations.NullMarked;
