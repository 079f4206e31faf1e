/**
 * Reading JSON within bounds, and saying what is wrong with it. Pure functions; every package may depend on it, it depends on
 * {@code errors} only.
 */
@NullMarked
package io.millrace.control.json;

import org.jspecify.annotations.NullMarked;
