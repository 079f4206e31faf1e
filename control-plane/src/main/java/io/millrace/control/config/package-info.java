/**
 * What operators configured: one versioned document, changed by compare-and-set and kept in the store. Any thread.
 */
@NullMarked
package io.millrace.control.config;

import org.jspecify.annotations.NullMarked;
