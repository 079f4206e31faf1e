/**
 * The control plane: knows the origins, decides where streams live, and shows and manages it all. This package is the process itself;
 * nothing depends on it.
 *
 * <p>Sub-packages import only towards the left: {@code time, json, start, errors, store, events, placement, settings, limits <- config <-
 * registry <- streams, routing <- workers <- security, peers, srs, api, health, intake}. A test enforces it.
 */
@NullMarked
package io.millrace.control;

import org.jspecify.annotations.NullMarked;
