/**
 * Decides where a stream lives, and settles what workers report with the bindings. Any thread; may wait for the store. Imports live and
 * binding; origins and admin depend on it.
 */
@NullMarked
package io.millrace.control.streams.resolve;

import org.jspecify.annotations.NullMarked;
