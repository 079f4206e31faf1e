/**
 * The control plane: knows the origins, decides where streams live, and shows and manages it all.
 *
 * <p>Sub-packages import only towards the left: {@code store, events, placement, settings <- config <- registry <- streams, routing <-
 * workers <- security, srs, api, health}. A test enforces it.
 */
@NullMarked
package io.millrace.control;

import org.jspecify.annotations.NullMarked;
