/**
 * Which stream lives on which origin: the bindings as workers see them, media routes and settings; the parts are in the packages below,
 * {@code live, binding <- resolve <- origins, admin}. Any thread.
 */
@NullMarked
package io.millrace.control.streams;

import org.jspecify.annotations.NullMarked;
