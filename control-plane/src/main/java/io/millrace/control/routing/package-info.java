/**
 * The routing table: built from the registry and the operators' document, checked, versioned, and handed to workers that wait
 * for the next version. Tables are built on one thread of its own; any thread may ask and wait, and no thread is held while
 * waiting. Imports registry, config, bans and events; health and api may depend on it.
 */
@NullMarked
package io.millrace.control.routing;

import org.jspecify.annotations.NullMarked;
